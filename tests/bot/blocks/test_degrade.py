from __future__ import annotations

from bot.blocks.answer import answer_message
from bot.blocks.degrade import MOST_LINES, without
from bot.blocks.explaining import help_message
from bot.blocks.message import Message
from storage.metrics.answer import Previous, Row
from tests.bot.blocks.answers import answered, by_hour, largest, reference, trend


def kinds(message: Message) -> list[str]:
    return [block["type"] for block in message.blocks]


def sections(message: Message) -> list[str]:
    return [block["text"]["text"] for block in message.blocks if block["type"] == "section"]


def test_refused_chart_becomes_its_values_in_words() -> None:
    plainer = without(answer_message(reference()), {"data_visualization"})
    assert kinds(plainer) == [
        "header", "section", "section", "table", "section", "context", "actions"
    ]  # fmt: skip
    assert sections(plainer)[1] == (
        "First contact resolution, 11 weeks (FCR, percent; week starting 24 Aug to 9 Nov)\n"
        "phone: 74, 75, 74, 75, 74, 73, 76, 75, 74, 74.3, 71.2\n"
        "chat: 80, 81, 80, 82, 81, 80, 82, 81, 80, 81.6, 82"
    )


def test_constant_line_is_said_once() -> None:
    row = Row((), 1200.0, 1200, usual_range=(900.0, 1250.0))
    answer = answered("Volume", row, points=trend((), [1000.0, 1200.0]))
    lines = sections(without(answer_message(answer), {"data_visualization"}))[1].split("\n")
    assert lines[1:] == ["Volume: 1000, 1200", "usual, low: 900", "usual, high: 1250"]


def test_refused_table_becomes_a_line_a_row() -> None:
    plainer = without(answer_message(reference()), {"table"})
    assert sections(plainer)[1].split("\n")[0] == (
        "phone: FCR 71.2 % ↓ worse, before 74.3 %, usual range 72 to 77 %, contacts 1,284,"
        " likely range 69 to 74 %"
    )


def test_single_figure_becomes_its_lines() -> None:
    row = Row((), 1200.0, 1200, None, Previous(1100.0, 1100), usual_range=(900.0, 1250.0))
    lines = sections(without(answer_message(answered("Volume", row)), {"table"}))[1]
    assert lines.split("\n") == [
        "Volume: 1,200",
        "before: 1,100",
        "difference: +100",
        "usual range: 900 to 1,250",
    ]


def test_long_table_is_cut_and_says_so() -> None:
    lines = sections(without(answer_message(by_hour()), {"data_table"}))[1].split("\n")
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "18 more rows are not shown."
    assert lines[0] == "phone, 00:00: FRT 10 min ●, before 10 min, contacts 200"
    longest = sections(without(answer_message(largest()), {"data_table"}))[1]
    assert len(longest) <= 3000


def test_everything_refused_leaves_the_text() -> None:
    message = help_message()
    bare = without(message, {"header", "section", "rich_text", "actions"})
    assert (bare.text, bare.blocks) == (message.text, ())
    assert "blocks" not in bare.arguments()


def test_refused_heading_and_list_are_told_plainly() -> None:
    plainer = without(help_message(), {"header", "rich_text"})
    assert kinds(plainer) == ["section"] * 4 + ["actions"]
    assert sections(plainer)[0] == "How to ask"


def test_nothing_refused_changes_nothing() -> None:
    message = answer_message(reference())
    assert without(message, {"carousel"}) == message
