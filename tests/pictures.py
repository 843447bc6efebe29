"""``python -m tests.pictures``: the README's picture, from a real answer to the real log."""

from __future__ import annotations

import subprocess
import sys
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
QUESTION = ("ask", "fcr weekly", "--as-of", "2016-05-25T00:00Z", "--timezone", "UTC")
LINE_HEIGHT, CHARACTER_WIDTH, MARGIN = 20, 8.43, 24


def main() -> None:
    with TemporaryDirectory() as folder:
        log = str(ROOT / "tests" / "data" / "incident_event_log.zip")
        _carekpi(folder, "import", "contacts", log, "--mapping", "servicenow", "--timezone", "UTC")
        answer = _carekpi(folder, *QUESTION)
    picture = drawn(['$ carekpi ask "fcr weekly"', "", *answer.splitlines()])
    (ROOT / "docs" / "pictures" / "answer.svg").write_text(picture, encoding="utf-8")


def drawn(lines: list[str]) -> str:
    """A terminal with these lines, as SVG."""
    width = round(max(map(len, lines)) * CHARACTER_WIDTH) + 2 * MARGIN
    height = len(lines) * LINE_HEIGHT + 2 * MARGIN
    rows = "\n".join(
        f'<text x="{MARGIN}" y="{MARGIN + 14 + number * LINE_HEIGHT}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="img">\n'
        "<title>An answer of CareKPI in a terminal</title>\n"
        f'<rect width="{width}" height="{height}" rx="10" fill="#16252b"/>\n'
        '<g fill="#e6eef0" font-size="14" style="white-space: pre"'
        ' font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace">\n'
        f"{rows}\n</g>\n</svg>\n"
    )


def _carekpi(folder: str, *words: str) -> str:
    command = [sys.executable, "-m", "bot", "--data", folder, *words]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
