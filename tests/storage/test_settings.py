"""What stands in carekpi.toml, and what is said about what can't stand there."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from storage.benchmarks import Benchmark, shipped
from storage.calendars import BusinessCalendar
from storage.errors import SettingsError
from storage.metrics.catalog import METRICS
from storage.quality.scorecards import Criterion, Scorecard, Section
from storage.settings import Settings, parse_settings, read_settings

METRIC_KEYS = ("first_response_time", "reopen_rate")


def complaint(text: str) -> str:
    with pytest.raises(SettingsError) as raised:
        parse_settings(text, METRIC_KEYS)
    return str(raised.value)


def problems(text: str) -> list[str]:
    return [line.strip() for line in complaint(text).splitlines() if line.startswith("  line")]


@pytest.mark.parametrize("text", ["", "# nothing decided yet\n"])
def test_settings_empty_file_means_every_default(text: str) -> None:
    assert parse_settings(text, METRIC_KEYS) == Settings()


def test_settings_missing_file_means_every_default(tmp_path: Path) -> None:
    assert read_settings(tmp_path, METRIC_KEYS) == Settings()


def test_settings_file_of_every_setting_is_read(tmp_path: Path) -> None:
    (tmp_path / "carekpi.toml").write_text(
        """
timezone = "America/New_York"
small_sample = 50
service_level_seconds = 30
short_abandon_seconds = 2.5
repeat_contact_days = 14
repeat_contact_any_issue = true
memory_limit = "2 GiB"

[small_samples]
reopen_rate = 100

[resolution_target_hours]
"1 - Critical" = 4
"*" = 72.5
"""
    )
    assert read_settings(tmp_path, METRIC_KEYS) == Settings(
        timezone="America/New_York",
        small_sample=50,
        small_samples={"reopen_rate": 100},
        service_level_seconds=30.0,
        short_abandon_seconds=2.5,
        repeat_contact_days=14,
        repeat_contact_any_issue=True,
        resolution_target_hours={"1 - Critical": 4.0, "*": 72.5},
        memory_limit="2 GiB",
    )


def test_settings_problems_are_told_together_each_with_its_line() -> None:
    text = """# ours
smal_sample = 30
timezone = "Berlin"

[small_samples]
reopen_rate = 0
reopen_rat = 5
[resolution_target_hours]
"1 - Critical" = "four"
"""
    assert problems(text) == [
        'line 2: I don\'t know a setting "smal_sample". Did you mean small_sample?',
        (
            'line 3: timezone is "Berlin", which is no time zone. Use a name like Europe/Berlin or'
            " UTC."
        ),
        "line 6: reopen_rate must be a whole number of 1 or more, not 0.",
        'line 7: I don\'t know a metric "reopen_rat". Did you mean reopen_rate?',
        'line 9: 1 - Critical must be a number of 0 or more, not "four".',
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("small_sample = true", "small_sample must be a whole number of 1 or more, not true."),
        ("small_sample = 2.5", "small_sample must be a whole number of 1 or more, not 2.5."),
        (
            "service_level_seconds = nan",
            "service_level_seconds must be a number of 0 or more, not nan.",
        ),
        (
            "service_level_seconds = -1",
            "service_level_seconds must be a number of 0 or more, not -1.",
        ),
        (
            "repeat_contact_any_issue = 1",
            "repeat_contact_any_issue must be true or false, not 1.",
        ),
        (
            "memory_limit = '; drop'",
            'memory_limit must be an amount such as "600MB" or "2GB", not "; drop".',
        ),
        (
            "memory_limit = 600",
            'memory_limit must be an amount such as "600MB" or "2GB", not 600.',
        ),
        ("timezone = 1", 'timezone must be a name in quotes, such as "Europe/Berlin".'),
        ("small_samples = 5", "small_samples is a section: write [small_samples] above it."),
    ],
)
def test_settings_unfit_value_is_named(line: str, told: str) -> None:
    assert problems(f"\n{line}\n") == [f"line 2: {told}"]


def test_settings_dotted_and_quoted_keys_have_their_line() -> None:
    text = "\nresolution_target_hours.'high' = -2\nsmall_samples . reopen_rate = 'x'\n"
    assert [problem.split(":")[0] for problem in problems(text)] == ["line 2", "line 3"]


def test_settings_broken_toml_names_its_line() -> None:
    assert complaint("timezone = UTC\n") == (
        "carekpi.toml could not be understood: invalid value (at line 1, column 12)."
        " Each line is a name, an equals sign and a value, such as: small_sample = 30"
    )


def test_settings_wrong_encoding_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "carekpi.toml").write_bytes(b"timezone = '\xff\xfe'")
    with pytest.raises(SettingsError, match=r"it is not written in UTF-8\. It must be a text"):
        read_settings(tmp_path, METRIC_KEYS)


def test_settings_example_in_the_documentation_is_valid() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    example = documented.split("```toml\n")[1].split("```")[0]
    read = parse_settings(example, [metric.key for metric in METRICS])
    assert read == Settings(
        timezone="Europe/Berlin",
        small_samples={"reopen_rate": 100},
        resolution_target_hours={"1 - Critical": 4.0, "*": 72.0},
        calendars={
            "billing": BusinessCalendar(
                "Europe/Berlin",
                (((28800, 43200), (46800, 63000)),) * 4 + (((28800, 54000),), (), ()),
                "DE-BE",
                frozenset({date(2026, 12, 24), date(2026, 12, 31)}),
            ),
            "*": BusinessCalendar("Europe/Berlin", (((0, 86400),), (), (), (), (), (), ())),
        },
        benchmark={"reopen_rate": "our branch"},
        benchmarks=(
            Benchmark(
                "reopen_rate", "our branch", 6.5, 2025, "Example Research, Support in numbers"
            ),
        ),
    )


def test_settings_are_all_documented() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    missing = [each.name for each in fields(Settings) if f"| `{each.name}` |" not in documented]
    assert missing == []


OWN = Benchmark("reopen_rate", "ours", 5.5, 2024, "Study")
OWN_TEXT = """
[[benchmarks]]
metric = "reopen_rate"
label = "ours"
value = 5.5
year = 2024
source = "Study"
"""


def test_settings_benchmark_is_shown_only_once_it_is_chosen() -> None:
    assert parse_settings(OWN_TEXT, METRIC_KEYS).benchmark_of("reopen_rate") is None
    chosen = parse_settings('[benchmark]\nreopen_rate = "ours"\n' + OWN_TEXT, METRIC_KEYS)
    assert chosen.benchmark_of("reopen_rate") == OWN
    assert chosen.benchmark_of("first_response_time") is None


def test_settings_own_benchmark_goes_before_a_shipped_one_of_the_same_name() -> None:
    (banks,) = (each for each in shipped() if each.label == "banks")
    keys = (*METRIC_KEYS, banks.metric)
    text = f'[benchmark]\n{banks.metric} = "banks"\n'
    assert parse_settings(text, keys).benchmark_of(banks.metric) == banks
    own = OWN_TEXT.replace("reopen_rate", banks.metric).replace("ours", "banks")
    assert parse_settings(text + own, keys).benchmark_of(banks.metric) == Benchmark(
        banks.metric, "banks", 5.5, 2024, "Study"
    )


def test_benchmarks_shipped_are_those_of_the_definitions() -> None:
    assert {(each.label, each.value, each.year) for each in shipped()} == {
        ("B2B software", 77, 2025),
        ("hotels", 75, 2025),
        ("banks", 78, 2025),
    }


def test_settings_problems_of_benchmarks_have_their_lines() -> None:
    text = """[benchmark]
reopen_rate = "theirs"
fcr = "x"
[[benchmarks]]
metric = "reopen_rat"
label = ""
value = true
yeer = 2024
[[benchmarks]]
metric = "reopen_rate"
label = "a"
value = inf
year = 20244
source = "x"
"""
    assert problems(text) == [
        'line 2: I don\'t know a benchmark "theirs". There is: none, add it under [[benchmarks]].',
        'line 3: I don\'t know a metric "fcr". Known are: first_response_time, reopen_rate.',
        "line 4: This benchmark has no year.",
        "line 4: This benchmark has no source.",
        'line 5: I don\'t know a metric "reopen_rat". Did you mean reopen_rate?',
        'line 6: label must be words in quotes, 100 letters at most, not "".',
        "line 7: value must be a number, not true.",
        'line 8: I don\'t know a part of a benchmark "yeer". Did you mean year?',
        "line 12: value must be a number, not inf.",
        "line 13: year must be a year such as 2025, not 20244.",
    ]


@pytest.mark.parametrize("text", ["benchmarks = 3", "benchmarks = [3]", "[benchmarks]\na = 1"])
def test_settings_benchmarks_that_are_no_sections(text: str) -> None:
    told = "line 1: benchmarks are sections: write [[benchmarks]] above each."
    assert problems(text) == [told]


CARD = """
[[scorecards]]
key = "phone"
title = "Calls"
channels = ["phone"]

[[scorecards.criteria]]
section = "Opening"
key = "greeting"
title = "Greeted"

[[scorecards.criteria]]
section = "Solving"
key = "answer"
title = "Right answer"
points = 5
weight = 2
critical = true
may_not_apply = false
guidance = "5: right and complete."
"""


def test_scorecards_are_read() -> None:
    (card,) = parse_settings(CARD, METRIC_KEYS).scorecards
    assert card == Scorecard(
        "phone",
        "Calls",
        ("phone",),
        (
            Section("Opening", (Criterion("greeting", "Greeted"),)),
            Section(
                "Solving",
                (
                    Criterion(
                        "answer",
                        "Right answer",
                        out_of=5.0,
                        is_yes_or_no=False,
                        weight=2.0,
                        critical=True,
                        may_not_apply=False,
                        guidance="5: right and complete.",
                    ),
                ),
            ),
        ),
    )


def test_all_problems_of_scorecards_are_told_with_their_lines() -> None:
    text = (
        CARD.replace("points = 5", "points = 50").replace("weight = 2", "weigt = 2")
        + """
[[scorecards.criteria]]
key = "answer"
title = ""

[[scorecards]]
key = "phone"
title = "Second"
channels = ["fax"]
"""
    )
    channels = "phone, chat, email, web, social, sms, in_person, other"
    assert problems(text) == [
        'line 16: points must be "yes/no" or a whole number of 1 to 10, not 50.',
        'line 17: I don\'t know a part of a criterion "weigt". Did you mean weight?',
        'line 23: "answer" is there twice: each key stands for one.',
        'line 24: title must be words in quotes, 75 letters at most, not "".',
        "line 26: This scorecard has no criteria: write [[scorecards.criteria]] above each.",
        'line 27: "phone" is there twice: each key stands for one.',
        f"line 29: channels must be a list of: {channels}.",
    ]


def test_wording_is_read_and_its_problems_are_told() -> None:
    text = '[wording.en]\nblame = ["tsk"]\n'
    assert parse_settings(text, METRIC_KEYS).wording == {"en": {"blame": ["tsk"]}}
    known = "common, blame, constructive, blame_example, positive_example, next_step_example"
    assert problems('[wording.en]\nblame = "tsk"\nblaim = []\npositive_example = 3\n') == [
        'line 2: blame must be a list such as ["you always"].',
        f'line 3: I don\'t know a part of wording "blaim". Known are: {known}.',
        "line 4: positive_example must be words in quotes.",
    ]
