from __future__ import annotations

from pathlib import Path

from bot.blocks.markdown import metrics_markdown
from storage.metrics.catalog import METRICS
from storage.settings import Settings

PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"
README = Path(__file__).parents[3] / "README.md"


def test_page_of_the_metrics_is_what_the_catalogue_says() -> None:
    _, _, shown = PAGE.read_text(encoding="utf-8").partition("<!-- carekpi metrics --markdown -->")
    assert shown.strip() == metrics_markdown(Settings())


def test_readme_says_how_many_metrics_there_are() -> None:
    assert f"[{len(METRICS)} metrics](docs/metrics.md)" in README.read_text(encoding="utf-8")
