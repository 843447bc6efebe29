"""What a person gets who loads a file: rows, a report, and the bad rows set aside."""

from __future__ import annotations

import stat
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from storage.errors import UserError
from storage.facts.export import unchanged
from storage.facts.loading import LoadOrder
from tests.storage.facts.conftest import DATA, NOW, Store, rejected, stored

HEADER = "contact_id,channel,opened_at"
TWO = f"{HEADER},team\n1,phone,2026-03-01T10:00:00Z,Billing\n2,chat,2026-03-01T11:30:00Z,Billing\n"


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


def test_contacts_with_every_column(store: Store) -> None:
    report = store.load_text(
        "contact_id,channel,opened_at,direction,contact_kind,issue_type,complexity,priority,team,"
        "agent_id,customer_id,status,first_response_at,resolved_at,wait_seconds,talk_seconds,"
        "hold_seconds,wrap_seconds,handle_seconds,abandoned,resolved_on_first_contact,"
        "resolved_within_target,reopen_count,reassignment_count,article_id\n"
        "c1,Phone,2026-03-01T10:00:00Z,outbound,Question,invoice,simple,P1,Billing,a1,k1,"
        "closed,2026-03-01 10:00:05Z,"
        "2026-03-01T12:00:00+01:00,5,60.5,1:05,0:00:10,200,no,TRUE,1,2,3,kb-1\n"
    )
    assert (report.rows_read, report.loaded, report.replaced, report.rejected) == (1, 1, 0, 0)
    assert store.row("SELECT * FROM contacts") == (
        *("carekpi", "c1", "phone", stored(2026, 3, 1, 10), "outbound", "question", "invoice"),
        *("simple", "P1", "Billing", "a1", "k1", "closed", stored(2026, 3, 1, 10, 0, 5)),
        *(stored(2026, 3, 1, 11), 5.0, 60.5, 65.0, 10.0, 200.0, False, True, True, 2, 3, "kb-1"),
    )


def test_contacts_with_the_required_columns_alone(store: Store) -> None:
    store.load_text(TWO)
    assert store.row(
        "SELECT direction, abandoned, handle_seconds, resolved_at FROM contacts"
        " WHERE contact_id = '1'"
    ) == ("inbound", False, None, None)


def test_file_that_is_written_to_while_it_is_read_is_not_loaded(store: Store) -> None:
    file = store.folder / "growing.csv"
    file.write_text(TWO)
    with pytest.raises(UserError) as raised, unchanged(file):
        file.write_text(f"{TWO}3,phone,2026-")
    assert raised.value.sentence == (
        "growing.csv changed while it was read, so nothing was loaded."
    )


def test_readings_that_differ_are_put_down_to_the_file(store: Store) -> None:
    file = store.folder / "replaced.csv"
    file.write_text(TWO)

    def read() -> None:
        file.unlink()
        raise RuntimeError("fewer records than there were rows")

    with pytest.raises(UserError) as raised, unchanged(file):
        read()
    assert raised.value.next_step == "Import it again when it is complete."


def test_agents(store: Store) -> None:
    report = store.load_text(
        "agent_id,name,email,team,hired_on,left_on\n"
        "a1,Ada,ada@example.com,Billing,2026-01-05,\n"
        "a2,Ben,,Billing,2026-01-05,2025-12-31\n",
        fact="agents",
    )
    assert (report.loaded, dict(report.reasons)) == (1, {"before hired_on": 1})
    assert store.row("SELECT * FROM agents") == (
        *("carekpi", "a1", "Ada", "ada@example.com", None, "Billing", date(2026, 1, 5), None),
    )


def test_report_names_what_was_loaded(store: Store) -> None:
    report = store.load_text(TWO, source="helpdesk")
    assert (report.file, report.fact, report.source) == ("export.csv", "contacts", "helpdesk")
    assert (report.until, report.longest_gap_seconds) == (
        datetime(2026, 3, 1, 11, 30, tzinfo=UTC),
        5400.0,
    )
    assert (report.refused, report.dry_run, report.rejects_file) == (False, False, None)


def test_loading_again_replaces_and_doubles_nothing(store: Store) -> None:
    store.load_text(TWO)
    report = store.load_text(TWO.replace("1,phone", "1,email"))
    assert (report.loaded, report.replaced) == (2, 2)
    assert store.rows("SELECT contact_id, channel FROM contacts ORDER BY contact_id, channel") == [
        ("1", "email"),
        ("2", "chat"),
    ]


def test_loading_again_leaves_other_rows_and_sources(store: Store) -> None:
    store.load_text(TWO)
    store.load_text(TWO, source="other")
    report = store.load_text(f"{HEADER}\n2,sms,2026-03-02\n3,sms,2026-03-02\n")
    assert (report.loaded, report.replaced) == (2, 1)
    assert store.rows("SELECT source, contact_id, channel FROM contacts ORDER BY 1, 2, 3") == [
        ("carekpi", "1", "phone"),
        ("carekpi", "2", "sms"),
        ("carekpi", "3", "sms"),
        ("other", "1", "phone"),
        ("other", "2", "chat"),
    ]


def test_rejected_rows_are_set_aside_and_the_rest_loads(store: Store) -> None:
    report = store.load_text(
        f"{HEADER},first_response_at,resolved_at,talk_seconds,direction,complexity,abandoned,reopen_count\n"
        "1,phone,2026-03-01,,,,,,,\n"
        "2,phone,yesterday,,,,,,,\n"
        "3,phone,2026-03-02,,2026-03-01,,,,,\n"
        "4,phone,2026-03-02,2026-03-01,,,,,,\n"
        "5,phone,2026-03-02,,,-1,,,,\n"
        ",phone,2026-03-02,,,,,,,\n"
        "7,fax,2026-03-02,,,,,,,\n"
        "8,phone,2026-03-02,,,,sideways,,,\n"
        "9,phone,2026-03-02,,,,,tricky,,\n"
        "10,phone,2026-03-02,,,,,,maybe,\n"
        "11,phone,2026-03-02,,,a while,,,,\n"
        "12,phone,2026-03-02,,,,,,,1.5\n"
        "13,phone,,,,,,,,\n"
        "14,phone,2026-03-02,,,inf,,,,-1\n"
        "1,phone,2026-03-02,,,,,,,\n"
    )
    assert (report.rows_read, report.loaded, report.rejected) == (15, 1, 14)
    assert rejected(report) == [
        "3,opened_at,yesterday,unreadable time",
        "4,resolved_at,2026-03-01,before opened_at",
        "5,first_response_at,2026-03-01,before opened_at",
        "6,talk_seconds,-1,negative duration",
        "7,contact_id,,no value",
        "8,channel,fax,unknown channel",
        "9,direction,sideways,unknown direction",
        "10,complexity,tricky,unknown complexity",
        "11,abandoned,maybe,unreadable yes or no",
        "12,talk_seconds,a while,unreadable number",
        "13,reopen_count,1.5,unreadable whole number",
        "14,opened_at,,no value",
        "15,talk_seconds,inf,unreadable number",
        "15,reopen_count,-1,negative number",
        "16,contact_id,1,the same key stands earlier in the file",
    ]
    assert sum(report.reasons.values()) == 15
    assert report.reasons["before opened_at"] == 2
    assert store.rows("SELECT contact_id, opened_at FROM contacts") == [("1", stored(2026, 3, 1))]


def test_rejects_file_is_for_its_owner_alone(store: Store) -> None:
    report = store.load_text(f"{HEADER}\n1,fax,2026-03-01\n", source="Help desk/EU")
    assert report.rejects_file is not None
    assert report.rejects_file.relative_to(store.folder / "data" / "rejects").name == (
        "Help-desk-EU-contacts-20261122T064510Z.csv"
    )
    assert stat.S_IMODE(report.rejects_file.stat().st_mode) == 0o600
    assert report.rejects_file.read_text() == (
        "line,column,value,reason\n2,channel,fax,unknown channel\n"
    )


def test_first_sound_row_of_a_key_counts(store: Store) -> None:
    report = store.load_text(f"{HEADER}\n1,fax,2026-03-01\n1,phone,2026-03-02\n1,chat,2026-03-03\n")
    assert rejected(report) == [
        "2,channel,fax,unknown channel",
        "4,contact_id,1,the same key stands earlier in the file",
    ]
    assert store.rows("SELECT channel FROM contacts") == [("phone",)]


def test_line_numbers_count_quoted_line_breaks_and_blank_lines(store: Store) -> None:
    report = store.load_text(
        f'{HEADER},team\n1,phone,2026-03-01,"two\nlines"\n\n2,fax,2026-03-01,"x\ny\nz"\n3,phone\n'
        "4,fax,2026-03-01,a\n5,phone,2026-03-01,a,b\n"
        '6,"phone"s,2026-03-01,a\n7,fax,2026-03-01,"say ""hi"""\n'
    )
    assert rejected(report) == [
        "5,channel,fax,unknown channel",
        '8,,"3,phone",too few fields',
        "9,channel,fax,unknown channel",
        '10,,"5,phone,2026-03-01,a,b",too many fields',
        '11,,"6,""phone""s,2026-03-01,a",a quote not closed as it should be',
        "12,channel,fax,unknown channel",
    ]
    assert (report.rows_read, report.loaded, report.rejected) == (7, 1, 6)
    assert store.rows("SELECT team FROM contacts") == [("two\nlines",)]


def test_line_that_is_not_utf8_is_rejected_among_lines_that_are(store: Store) -> None:
    report = store.load_text(
        f"{HEADER},team\n1,phone,2026-03-01,Köln\n2,phone,2026-03-01,Zürich\n".encode()
        + b"3,phone,2026-03-01,K\xf6ln\n"
    )
    assert (report.loaded, dict(report.reasons)) == (2, {"not UTF-8 text": 1})


def test_strict_loads_nothing_and_still_says_what_is_wrong(store: Store) -> None:
    store.load_text(TWO)
    report = store.load_text(f"{HEADER}\n1,email,2026-03-05\n9,fax,2026-03-01\n", strict=True)
    assert (report.refused, report.loaded, report.replaced, report.rejected) == (True, 0, 0, 1)
    assert rejected(report) == ["3,channel,fax,unknown channel"]
    assert store.rows("SELECT channel FROM contacts ORDER BY channel") == [("chat",), ("phone",)]
    assert store.rows("SELECT until FROM coverage") == [(stored(2026, 3, 1, 11, 30),)]


def test_strict_loads_a_file_without_a_fault(store: Store) -> None:
    report = store.load_text(TWO, strict=True)
    assert (report.refused, report.loaded) == (False, 2)


def test_dry_run_reports_and_changes_nothing(store: Store) -> None:
    store.load_text(TWO)
    report = store.load_text(f"{HEADER}\n1,email,2026-03-05\n9,fax,2026-03-01\n", dry_run=True)
    assert (report.dry_run, report.loaded, report.replaced, report.rejected) == (True, 1, 1, 1)
    assert report.until == datetime(2026, 3, 5, tzinfo=UTC)
    assert rejected(report) == ["3,channel,fax,unknown channel"]
    assert store.rows("SELECT channel FROM contacts ORDER BY channel") == [("chat",), ("phone",)]


def test_file_with_no_sound_row_changes_nothing(store: Store) -> None:
    report = store.load_text(f"{HEADER}\n9,fax,2026-03-01\n")
    assert (report.loaded, report.rejected, report.refused) == (0, 1, False)
    assert store.rows("SELECT * FROM coverage") == []


def test_coverage_reaches_the_newest_time_of_the_file(store: Store) -> None:
    store.load_text(f"{HEADER},resolved_at\n1,chat,2026-03-01,2026-03-09\n2,chat,2026-03-04,\n")
    assert store.rows("SELECT * FROM coverage") == [
        ("carekpi", "contacts", stored(2026, 3, 9), timedelta(days=3).total_seconds())
    ]


def test_coverage_is_never_taken_back_by_an_older_file(store: Store) -> None:
    store.load_text(f"{HEADER}\n1,chat,2026-03-09\n", until=datetime(2026, 3, 20, tzinfo=UTC))
    report = store.load_text(f"{HEADER}\n2,chat,2026-03-01\n")
    assert report.until == datetime(2026, 3, 20, tzinfo=UTC)
    assert store.rows("SELECT until, longest_gap_seconds FROM coverage") == [
        (stored(2026, 3, 20), timedelta(days=8).total_seconds())
    ]


def test_coverage_until_is_an_instant_whatever_its_zone(store: Store) -> None:
    store.load_text(TWO, until=datetime(2026, 4, 1, tzinfo=ZoneInfo("Europe/Berlin")))
    assert store.rows("SELECT until FROM coverage") == [(stored(2026, 3, 31, 22),)]


def test_longest_gap_looks_back_eight_weeks(store: Store) -> None:
    store.load_text(f"{HEADER}\n1,chat,2025-01-01\n2,chat,2026-03-01\n3,chat,2026-03-03\n")
    assert store.rows("SELECT longest_gap_seconds FROM coverage") == [(172_800.0,)]


def test_coverage_of_agents_is_the_moment_of_the_import(store: Store) -> None:
    report = store.load_text("agent_id\na1\n", fact="agents")
    assert (report.until, report.longest_gap_seconds) == (NOW, 0.0)


def test_last_row_in_file_order_wins(store: Store) -> None:
    mapping = store.mapping('winner = "last"\n')
    report = store.load_text(
        f"{HEADER}\n1,fax,2026-03-01\n2,chat,2026-03-01\n1,phone,2026-03-02\n2,pigeon,2026-03-01\n",
        mapping=mapping,
    )
    assert (report.rows_read, report.loaded, report.superseded, report.rejected) == (4, 1, 2, 1)
    assert rejected(report) == ["5,channel,pigeon,unknown channel"]
    assert store.rows("SELECT contact_id, channel FROM contacts") == [("1", "phone")]


def test_newest_row_by_a_column_wins(store: Store) -> None:
    mapping = store.mapping(
        'time_formats = ["%d/%m/%Y"]\nwinner = { newest = "changed" }\n[columns]\nteam = "team"\n'
    )
    report = store.load_text(
        f"{HEADER},team,changed\n"
        "1,chat,01/03/2026,old,02/03/2026\n"
        "1,chat,01/03/2026,new,10/03/2026\n"
        "1,chat,01/03/2026,none,\n"
        "2,chat,01/03/2026,first,02/03/2026\n"
        "2,chat,01/03/2026,last,02/03/2026\n",
        mapping=mapping,
    )
    assert (report.loaded, report.superseded, report.rejected) == (2, 3, 0)
    assert store.rows("SELECT contact_id, team FROM contacts ORDER BY contact_id, team") == [
        ("1", "new"),
        ("2", "last"),
    ]


def test_handle_time_is_given_or_the_sum_of_its_parts(store: Store) -> None:
    store.load_text(
        f"{HEADER},talk_seconds,hold_seconds,wrap_seconds,handle_seconds\n"
        "1,chat,2026-03-01,60,30,10,\n2,chat,2026-03-01,60,,,\n"
        "3,chat,2026-03-01,60,30,10,500\n4,chat,2026-03-01,,,,\n"
    )
    handled = store.rows("SELECT handle_seconds FROM contacts ORDER BY contact_id")
    assert handled == [(100.0,), (60.0,), (500.0,), (None,)]


def test_texts_are_trimmed_and_empty_is_null(store: Store) -> None:
    store.load_text(f'{HEADER},team,status\n" 1 ",\tchat ,2026-03-01,"  ",\n')
    assert store.row("SELECT contact_id, channel, team, status FROM contacts") == (
        ("1", "chat", None, None)
    )


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\r", "\r\n"])
def test_blank_of_any_kind_is_trimmed_at_either_end(store: Store, blank: str) -> None:
    store.load_text(f'{HEADER},team,status\n1,chat,2026-03-01,"{blank}a b","a b{blank}"\n')
    assert store.row("SELECT team, status FROM contacts") == ("a b", "a b")


def test_long_and_odd_texts_are_kept(store: Store) -> None:
    odd = "a\x00b " + "ü" * 300_000 + " \U0001f600 \u202eend"
    store.load_text(f'{HEADER},team\n1,chat,2026-03-01,"{odd}"\n')
    is_server = store.engine.dialect.name == "postgresql"
    kept = odd.replace("\x00", "\ufffd") if is_server else odd
    assert store.row("SELECT team FROM contacts") == (kept,)


def test_progress_goes_up_to_one(store: Store) -> None:
    store.load(DATA / "incident_event_log.zip", mapping="servicenow")
    assert store.progress == sorted(store.progress)
    assert (store.progress[0] >= 0.0, store.progress[-1]) == (True, 1.0)


def test_counter_of_reasons_is_empty_for_a_sound_file(store: Store) -> None:
    assert store.load_text(TWO).reasons == Counter()


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        (LoadOrder("tickets"), 'I can\'t load "tickets".'),
        (
            LoadOrder("contacts", mapping="zendeks"),
            'I don\'t know a mapping "zendeks".',
        ),
        (
            LoadOrder("agents", mapping="zendesk"),
            'The mapping "zendesk" is for contacts, not for agents.',
        ),
        (
            LoadOrder("contacts", timezone="Mars/Base"),
            'I don\'t know a time zone "Mars/Base".',
        ),
    ],
)
def test_order_that_cannot_be_carried_out(store: Store, order: LoadOrder, sentence: str) -> None:
    with pytest.raises(UserError) as raised:
        store.load(DATA / "incident_event_log.zip", order)
    assert raised.value.sentence == sentence


def test_two_imports_at_once_both_arrive(store: Store) -> None:
    files = []
    for name in ("a", "b"):
        files.append(store.folder / f"{name}.csv")
        files[-1].write_text(TWO)
    with ThreadPoolExecutor() as pool:
        reports = list(
            pool.map(lambda file: store.load(file, LoadOrder("contacts", source=file.stem)), files)
        )
    assert [report.loaded for report in reports] == [2, 2]
    assert store.rows("SELECT source, count(*) FROM contacts GROUP BY source ORDER BY source") == [
        ("a", 2),
        ("b", 2),
    ]


def test_rows_can_be_read_while_a_file_is_loaded(store: Store) -> None:
    store.load_text(TWO)
    with store.engine.connect() as reading:
        before = reading.execute(text("SELECT count(*) FROM contacts")).scalar_one()
        store.load_text(f"{HEADER}\n3,chat,2026-03-05\n")
        assert reading.execute(text("SELECT count(*) FROM contacts")).scalar_one() == before
    assert store.row("SELECT count(*) FROM contacts") == (3,)
