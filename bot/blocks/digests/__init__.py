"""How digests look: a page for each audience, as a message and as text."""

from bot.blocks.digests.message import digest_message, digest_text

__all__ = ["digest_message", "digest_text"]
