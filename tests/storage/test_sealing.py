from __future__ import annotations

import pytest

from storage.errors import SettingsError
from storage.sealing import NoKeyError, Sealer, keyed_hash, new_key

TEXT = "You put them on hold twice. — 👩‍💻"


def test_sealed_text_opens_again_and_shows_nothing() -> None:
    sealer = Sealer([new_key()])
    sealed = sealer.seal(TEXT)
    assert sealer.open(sealed) == TEXT
    assert b"hold" not in sealed


def test_older_key_opens_and_the_newest_seals() -> None:
    old, new = new_key(), new_key()
    sealed = Sealer([old]).seal(TEXT)
    both = Sealer([new, old])
    assert both.open(sealed) == TEXT
    assert Sealer([new]).open(both.reseal(sealed)) == TEXT


@pytest.mark.parametrize("act", ["open", "reseal"])
def test_key_that_is_gone_is_said_with_the_next_step(act: str) -> None:
    sealed = Sealer([new_key()]).seal(TEXT)
    with pytest.raises(NoKeyError) as refused:
        getattr(Sealer([new_key()]), act)(sealed)
    assert str(refused.value) == (
        "This was sealed with a key that is no longer there."
        " Put the old key back, last in CAREKPI_KEYS, and run carekpi keys rotate."
    )


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(NoKeyError) as refused:
        Sealer([]).seal(TEXT)
    assert str(refused.value) == (
        "CAREKPI_KEYS holds no key, so nothing confidential is kept."
        " Make a key with carekpi keys new and put it into CAREKPI_KEYS, the newest first."
    )


def test_key_cut_short_is_refused_without_showing_it() -> None:
    key = new_key()[:-4]
    with pytest.raises(SettingsError) as refused:
        Sealer([key])
    assert key not in str(refused.value)


def test_sealer_shows_no_key() -> None:
    key = new_key()
    assert key not in repr(Sealer([key]))


def test_keyed_hash_is_that_of_the_published_example() -> None:
    """RFC 4231, test case 2."""
    assert keyed_hash("Jefe", "what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
