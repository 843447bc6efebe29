"""What Slack is told of the app: ``manifest.yml``, and the scopes that it asks for."""

from __future__ import annotations

from pathlib import Path


def manifest_file() -> Path:
    """Beside the package's modules once installed, else beside the package."""
    installed = Path(__file__).parent / "manifest.yml"
    return installed if installed.exists() else installed.parents[1] / "manifest.yml"


def wanted_scopes() -> frozenset[str]:
    """The bot's scopes as the manifest declares them."""
    import yaml  # noqa: PLC0415 - it takes a while to load, and few commands need it

    content = yaml.safe_load(manifest_file().read_text(encoding="utf-8"))
    return frozenset(content["oauth_config"]["scopes"]["bot"])
