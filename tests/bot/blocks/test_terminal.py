from __future__ import annotations

import pytest

from bot.blocks.terminal import WIDTH, metric_text, metrics_text, terminal_text
from storage.metrics.answer import Answer, Change, Filter, Previous, Row
from storage.metrics.catalog import METRICS
from storage.metrics.definition import Segment
from storage.settings import Settings
from tests.bot.blocks.answers import (
    CHAT,
    PHONE,
    answered,
    by_hour,
    largest,
    metric,
    reference,
    trend,
)


def test_answer_is_aligned_in_eighty_columns() -> None:
    assert terminal_text(reference()) == "\n".join(
        [
            "First contact resolution, week 46 (9 to 15 Nov)",
            "",
            "Phone fell to 71.2 % from 74.3 %, below its usual range (72 to 77 %); chat held",
            "at 82.0 % (81.6 % before); e-mail had too few contacts to say (67 %, n = 12).",
            "",
            "channel             FCR  before  usual range  contacts  likely range",
            "--------------------------------------------------------------------",
            "phone    71.2 % ↓ worse  74.3 %   72 to 77 %     1,284    69 to 74 %",
            "chat           82.0 % ●  81.6 %   79 to 84 %       640    79 to 85 %",
            "e-mail           67 % ◌    70 %            –        12    39 to 86 %",  # noqa: RUF001 - a dash
            "",
            "Trend, oldest first",
            "phone                     ▅▇▄▅▇▅▄█▇▅▆▁  71 to 76 %",
            "chat                      ▁▅·▁█▅▁█▅▁▇█  80.0 to 82.0 %",
            "e-mail                    ········█▁█▆  60 to 70 %",
            "",
            "This week so far (Mon to Wed): phone 73.0 % (74.1 % at this point last week);",
            "chat 81.0 % (80.0 % at this point last week).",
            "",
            "Lagging figure. Resolved on first contact / resolved. Where the source does not",
            "say it: never reopened, and the customer did not come back about the same issue",
            "within 7 days. n = 1,936 contacts. Usual range: what the 12 weeks before",
            "suggest. Likely range: where the figure lies, 95 % sure. ● no clear change. ◌",
            "too few contacts now or before to call a change. The newest days may still",
            "change as repeat contacts are counted. Data until today 06:40 (helpdesk),",
            "yesterday 23:55 (phone). Times in Europe/Berlin.",
        ]
    )


@pytest.mark.parametrize("answer", [largest(), largest("Backlog"), by_hour(), answered("FCR")])
def test_no_line_is_wider_than_the_terminal(answer: Answer) -> None:
    lines = terminal_text(answer).split("\n")
    assert [line for line in lines if len(line) > WIDTH] == []


def test_columns_that_do_not_fit_follow_below() -> None:
    asides: dict[str, float | None] = {aside.key: 10.0 for aside in metric("Backlog").asides}
    rows = [Row(each, 212.0, 212, asides=asides) for each in (PHONE, CHAT)]
    tables = terminal_text(answered("Backlog", *rows)).split("\n\n")[2:4]
    assert [table.split("\n")[0] for table in tables] == [
        "channel  Backlog  before  opened minus resolved  oldest  under 1 day old",
        "channel  1 to 3 days  3 to 7 days  over 7 days",
    ]


def test_what_a_filter_fixes_names_no_trend() -> None:
    only = (Filter(Segment.CHANNEL, ("phone",)),)
    answer = answered("FCR", Row(PHONE, 0.5, 9), points=trend(PHONE, [0.4, 0.5]), filters=only)
    assert terminal_text(answer).split("\n\n")[3] == (
        "Trend, oldest first\nFCR                       ▁█  40 to 50 %"
    )


def test_single_figure_stands_upright() -> None:
    row = Row((), 212.0, 212, None, Previous(174.0, 174), Change.UP, (100.0, 200.0))
    assert terminal_text(answered("Backlog", row)).split("\n\n")[2] == (
        "Backlog      212 ↑ worse\n"
        "------------------------\n"
        "before               174\n"
        "difference           +38\n"
        "usual range   100 to 200"
    )


def test_wide_characters_keep_the_columns() -> None:
    rows = [Row(((Segment.TEAM, team),), 0.5, 90) for team in ("請求", "North")]
    lines = terminal_text(answered("FCR", *rows)).split("\n\n")[2].split("\n")
    assert lines[2:] == [
        "請求   50 %       –        90",  # noqa: RUF001 - a dash
        "North  50 %       –        90",  # noqa: RUF001 - a dash
    ]


def test_no_data_is_said_without_a_table() -> None:
    empty = Row((), None, 0, None, Previous(0.5, 90))
    assert terminal_text(answered("FCR", empty)).split("\n\n")[1] == (
        "There is no data for week 46 (9 to 15 Nov)."
    )


def test_reason_for_a_narrower_answer_comes_first() -> None:
    text = terminal_text(reference(), "You see your own team.")
    assert text.split("\n\n")[1].startswith("You see your own team. Phone fell")


def test_catalogue_lists_every_metric() -> None:
    listed = metrics_text()
    assert [
        m.name
        for m in METRICS
        if f"  {m.name} ({m.abbreviation})\n" not in listed and f"  {m.name}\n" not in listed
    ] == []
    assert [line for line in listed.split("\n") if len(line) > WIDTH] == []


def test_definition_fits_the_terminal() -> None:
    lines = metric_text(metric("SL"), Settings()).split("\n")
    assert lines[0] == "Service level (SL)"
    assert [line for line in lines if len(line) > WIDTH] == []
