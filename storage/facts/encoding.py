"""Whether an export is text, and in which encoding, as far as its bytes tell."""

from __future__ import annotations

from codecs import getincrementaldecoder

from storage.errors import UserError

AS_CSV = "Export it as CSV, JSON lines or Parquet."


def check_text(sample: bytes, name: str, *, is_part: bool) -> None:
    """Raises ``UserError`` where the start of a file is no UTF-8 text; single bad lines may be."""
    if _is_utf16(sample):
        raise UserError(f"{name} is UTF-16 text; UTF-8 is expected.", "Save it as UTF-8.")
    if _is_binary(sample):
        raise UserError(f"{name} is no text file.", AS_CSV)
    valid, broken = _lines_beyond_ascii(sample, is_part=is_part)
    first = sample.split(b"\n", 1)[0]
    if not _is_utf8(first) or broken > max(valid, sample.count(b"\n") // 100):
        raise UserError(f"{name} is not UTF-8 text (Latin-1, perhaps).", "Save it as UTF-8.")


def _is_binary(sample: bytes) -> bool:
    control = sum(sample.count(bytes((code,))) for code in range(32) if code not in b"\t\n\r\x0c")
    many = control * 20 > len(sample)
    return sample.startswith(b"%PDF-") or (
        many and (b"\x00" in sample or not _is_utf8(sample, whole=False))
    )


def _is_utf16(sample: bytes) -> bool:
    """Whether bytes are marked as UTF-16 or half empty like it, and make sense when read so."""
    start = sample[:1024]
    low, high = start[::2].count(0), start[1::2].count(0)
    marked = sample.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not marked and max(low, high) * 10 <= len(start) * 3:
        return False
    encoding = "utf-16" if marked else "utf-16-be" if low > high else "utf-16-le"
    text = getincrementaldecoder(encoding)("replace").decode(start)
    senseless = sum(not (letter.isprintable() or letter.isspace()) for letter in text)
    return (senseless + text.count("\ufffd")) * 20 <= len(text)


def _lines_beyond_ascii(sample: bytes, *, is_part: bool) -> tuple[int, int]:
    """How many lines with other than plain letters are UTF-8, and how many are not."""
    lines = sample.split(b"\n")
    complete = lines[:-1] if is_part else lines
    beyond = [line for line in complete if not line.isascii()]
    valid = sum(_is_utf8(line) for line in beyond)
    return valid, len(beyond) - valid


def _is_utf8(text: bytes, *, whole: bool = True) -> bool:
    """Whether bytes are UTF-8; the last letter of a part may be cut off."""
    try:
        getincrementaldecoder("utf-8")().decode(text, whole)
    except UnicodeDecodeError:
        return False
    return True
