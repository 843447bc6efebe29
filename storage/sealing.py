"""Seals what people write in confidence, so that the database alone does not show it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from storage.errors import SettingsError, UserError

SETTING = "CAREKPI_KEYS"
HOW_TO = f"Make a key with carekpi keys new and put it into {SETTING}, the newest first."


class NoKeyError(UserError):
    """There is no key to seal with, or none that opens what was sealed."""


class Sealer:
    """Seals with the newest key and opens with any of them; shows none of them.

    Raises:
        SettingsError: a key is none, or it is cut short.
    """

    __slots__ = ("_fernet",)

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([_read(key) for key in keys]) if keys else None

    def __repr__(self) -> str:
        return "Sealer(…)"

    @property
    def has_key(self) -> bool:
        return self._fernet is not None

    def seal(self, text: str) -> bytes:
        """The text under the newest key; where there is none, ``NoKeyError``."""
        return self._needed().encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """The text again; ``NoKeyError`` where no key opens it."""
        try:
            return self._needed().decrypt(sealed).decode()
        except InvalidToken:
            raise _no_longer() from None

    def reseal(self, sealed: bytes) -> bytes:
        """The same, sealed with the newest key; ``NoKeyError`` where no key opens it."""
        try:
            return self._needed().rotate(sealed)
        except InvalidToken:
            raise _no_longer() from None

    def _needed(self) -> MultiFernet:
        if self._fernet is None:
            raise NoKeyError(f"{SETTING} holds no key, so nothing confidential is kept.", HOW_TO)
        return self._fernet


def new_key() -> str:
    """A key as ``CAREKPI_KEYS`` takes it: 32 random bytes, in 44 characters."""
    return Fernet.generate_key().decode()


def keyed_hash(secret: str, value: str) -> str:
    """Tells whether a value is the same without holding it: HMAC-SHA256, in hexadecimal."""
    return hmac.new(secret.encode(), value.encode(), hashlib.sha256).hexdigest()


def _read(key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise SettingsError(f"A key in {SETTING} is none, or is cut short.", HOW_TO) from None


def _no_longer() -> NoKeyError:
    return NoKeyError(
        "This was sealed with a key that is no longer there.",
        f"Put the old key back, last in {SETTING}, and run carekpi keys rotate.",
    )
