from typing import Any


def check_message_blocks(blocks: Any, refused: Any) -> list[str]:
    return []


def check_view(view: Any, refused: Any) -> list[str]:
    return []
