"""Which CareKPI this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of


def version() -> str:
    """The installed version; a source tree that was never installed has none."""
    try:
        return version_of("carekpi")
    except PackageNotFoundError:
        return "from source"
