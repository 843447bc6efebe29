from __future__ import annotations

from dataclasses import replace

from bot.blocks.small_print import freshness_line, small_print
from storage.metrics.answer import Change, Note, Previous, Row
from tests.bot.blocks.answers import PHONE, answered, reference


def test_small_print_says_formula_sample_marks_notes_and_freshness() -> None:
    assert small_print(reference()) == (
        "Lagging figure. Resolved on first contact / resolved. Where the source does not say it:"
        " never reopened,"
        " and the customer did not come back about the same issue within 7 days."
        " n = 1,936 contacts. Usual range: what the 12 weeks before suggest."
        " Likely range: where the figure lies, 95 % sure. ● no clear change."
        " ◌ too few contacts now or before to call a change."
        " The newest days may still change as repeat contacts are counted."
        " Data until today 06:40 (helpdesk), yesterday 23:55 (phone). Times in Europe/Berlin."
    )


def test_nothing_loaded_leaves_the_zone() -> None:
    empty = replace(answered("Volume", Row((), None, 0)), freshness=())
    assert freshness_line(empty) == "Times in Europe/Berlin."


def test_many_sources_are_counted() -> None:
    source = reference().freshness[0]
    many = replace(reference(), freshness=(source,) * 6)
    assert freshness_line(many).endswith(
        "today 06:40 (helpdesk) and 2 more sources. Times in Europe/Berlin."
    )


def test_note_that_the_metric_explains_itself_is_not_said_twice() -> None:
    stock = replace(answered("Backlog", Row((), 5.0, 5)), notes=(Note.RESTATED, Note.INCOMPLETE))
    assert small_print(stock) == (
        "Leading figure. Opened before the period's end and not resolved by it."
        " A contact that is reopened moves its resolution, so a past figure can still change."
        " A source ends before this period does, so figures are incomplete."
        " Data until today 06:40 (helpdesk), yesterday 23:55 (phone). Times in Europe/Berlin."
    )


def test_every_note_has_its_words() -> None:
    answer = answered("Transfers", Row(PHONE, 0.5, 40))
    without = small_print(answer)
    told = {small_print(replace(answer, notes=(note,))) for note in Note}
    assert len(told - {without}) == len(Note)


def test_count_without_history_is_explained_as_such() -> None:
    row = Row((), 12.0, 12, None, Previous(9.0, 9), Change.UNCLEAR)
    assert small_print(answered("Volume", row)).startswith(
        "Leading figure. Contacts opened. ◌ too little history to call a change. Data until"
    )


def test_single_contact_is_told_in_the_singular() -> None:
    first = Row(PHONE, 4.0, 1, small_sample=True)
    assert small_print(answered("ASA", first)).startswith(
        "Leading figure. Mean wait of the contacts answered. n = 1 contact."
        " ◌ too few contacts now or before to call a change."
    )
