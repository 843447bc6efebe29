"""What the people of a company do with the bot, day after day, and what the clock does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import cycle, islice

from tests.soak.beginnings import reviewed_teams
from tests.soak.company import EXPORTED_AT, Company, calls_of, contact_rows, shift_rows, write_rows
from tests.soak.office import Office
from tests.soak.people import Act, People
from tests.soak.readings import Reading, megabytes_held, read
from tests.soak.town import Line

A_DAY = timedelta(days=1)
DAY_BEGINS, EVENING = time(7), time(19)
RUSH_AT_ONCE = 40
"""More than the bot has threads for."""
AGENTS_AN_HOUR = 37
ASKING_HOURS = tuple(range(8, 18))
OF_EXECUTIVES = (
    ("command", "/kpi csat monthly"),
    ("command", "/kpi volume weekly by channel"),
    ("press", "Why?"),
    ("command", "/kpi why volume weekly"),
    ("mention", "how was the volume last week?"),
    ("command", "/kpi reasons weekly"),
    ("command", "/kpi volume weekly"),
    ("share", ""),
    ("command", "/kpi list"),
)
OF_LEADS = (
    ("command", "/kpi aht weekly by agent"),
    ("press", "Why?"),
    ("command", "/kpi fcr weekly by issue"),
    ("command", "/kpi staffing phone"),
    ("command", "/kpi backlog daily"),
    ("command", "/kpi why aht weekly by agent"),
    ("write", "aht last week"),
    ("command", "/digest"),
    ("command", "/kpi alert"),
    ("command", "/kpi target csat"),
)
OF_AGENTS = (
    ("command", "/kpi volume daily"),
    ("write", "my aht last week"),
    ("command", "/kpi fcrr weekly"),
    ("command", "/kpi define aht"),
    ("command", "/kpi csat weekly"),
    ("command", "/kpi help"),
)

Doing = Callable[[date], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """By how much the clock is moved on at once."""

    by_day: timedelta = timedelta(minutes=15)
    at_night: timedelta = timedelta(hours=1)

    def step(self, now: datetime) -> timedelta:
        return self.by_day if DAY_BEGINS <= now.time() < EVENING else self.at_night


@dataclass
class Week:
    """One company's days; what went wrong is kept for the verdict."""

    company: Company
    people: People
    office: Office
    town: Line
    pace: Pace
    problems: list[str] = field(default_factory=list)
    asked: int = 0

    def live_through(self, day: date) -> Reading:
        """Until that day is over, and what the bot holds then."""
        plans, megabytes = self._plans(), list[float]()
        now = self.office.clock.now
        while now < _at(day + A_DAY, time()):
            self.office.pass_time(now)
            megabytes.append(megabytes_held())
            while plans and plans[0][0] <= now.time():
                plans.pop(0)[1](day)
            now = max(now, self.office.clock.now) + self.pace.step(now)
        self.office.pass_time(_at(day + A_DAY, time()))
        self.office.settle()
        self.town.call("tidy")
        return read(self.office.workplace, megabytes)

    def do(self, acts: Sequence[Act]) -> None:
        """Lets people act, and looks whether each who asked was answered."""
        self.asked += len(acts)
        self.problems += self.town.call("live", acts)
        self.office.settle()
        self.problems += [f"{who} was not answered" for who in self.town.call("unanswered")]

    def _plans(self) -> list[tuple[time, Doing]]:
        """By the hour, in order."""
        questions = [(time(hour, 20), partial(self._ask, hour)) for hour in ASKING_HOURS]
        others: list[tuple[time, Doing]] = [
            (time(6), self._import_shifts),
            (time(8), self._rush),
            (time(10, 30), self._open_homes),
            (time(11), self._review),
            (time(13), self._read_notes),
            (EXPORTED_AT.replace(minute=5), self._import_contacts),
            (time(17, 10), self._answer_surveys),
        ]
        return sorted([*questions, *others], key=lambda plan: plan[0])

    def _import_shifts(self, day: date) -> None:
        self._load("agent_days", shift_rows(self.company, day))

    def _import_contacts(self, day: date) -> None:
        self._load("contacts", contact_rows(self.company, day))

    def _load(self, fact: str, rows: Iterator[dict[str, object]]) -> None:
        file = write_rows(self.office.workplace.folder / f"{fact}.csv", rows)
        self.office.type("import", fact, str(file), "--source", "soak")
        file.unlink()

    def _rush(self, _day: date) -> None:
        who = islice(cycle(self.people.leads), RUSH_AT_ONCE)
        self.do([Act("command", each, "/kpi volume weekly") for each in who])

    def _ask(self, hour: int, _day: date) -> None:
        """Each asks one thing after the other, so that buttons stand where they are pressed."""
        number = self.company.questions // len(ASKING_HOURS)
        for part in _parts_of(islice(self._questions(hour), number)):
            self.do(part)

    def _questions(self, hour: int) -> Iterator[Act]:
        """Without an end: an executive, a lead and an agent by turns."""
        people = self.people
        executive = people.executives[hour % len(people.executives)]
        lists = zip(cycle(OF_EXECUTIVES), cycle(OF_LEADS), cycle(OF_AGENTS))
        for turn, (of_executive, of_lead, of_agent) in enumerate(lists):
            lead = people.leads[(hour + turn // len(OF_LEADS)) % len(people.leads)]
            agent = people.agents[(hour * AGENTS_AN_HOUR + turn) % len(people.agents)]
            yield Act(of_executive[0], executive, of_executive[1])
            yield Act(of_lead[0], lead, of_lead[1])
            yield Act(of_agent[0], agent, of_agent[1])

    def _open_homes(self, day: date) -> None:
        first = day.toordinal() * self.company.homes
        agents = self.people.agents
        opened = [agents[(first + each) % len(agents)] for each in range(self.company.homes)]
        self.do(
            [Act("home", who) for who in (*self.people.leads, *self.people.executives, *opened)]
        )

    def _review(self, day: date) -> None:
        """Each reviewer takes contacts of the own teams, one after the other."""
        reviewers = self.people.reviewers
        for turn in range(-(-self.company.reviews // len(reviewers))):
            self.do(
                [Act("review", who, self._call(day, n, turn)) for n, who in enumerate(reviewers)]
            )

    def _call(self, day: date, reviewer: int, turn: int) -> str:
        calls = calls_of(self.company, day - A_DAY, reviewed_teams(self.company, reviewer))
        return calls[(reviewer + turn) % len(calls)]

    def _read_notes(self, _day: date) -> None:
        self.do([Act("read_note", who) for who in self.people.agents])

    def _answer_surveys(self, _day: date) -> None:
        self.do([Act("answer_survey", who) for who, _ in self.people.customers])


def _parts_of(acts: Iterable[Act]) -> Iterator[list[Act]]:
    """Parts in which nobody does two things, in order."""
    part: dict[str, Act] = {}
    for act in acts:
        if act.who in part:
            yield list(part.values())
            part = {}
        part[act.who] = act
    yield list(part.values())


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, UTC)
