"""What is typed after ``/survey``: words → what to do with which survey."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from bot.request.tokens import unescaped
from bot.request.writing import LONGEST
from storage.errors import UserError
from storage.surveys.kinds import KINDS


class SurveyVerb(Enum):
    """What to do; the value is the first word."""

    LIST = "list"
    NEW = "new"
    RULES = "rules"
    RULE = "rule"
    SHOW = "show"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    RESULTS = "results"
    HELP = "help"


TURNING = frozenset({SurveyVerb.PAUSE, SurveyVerb.RESUME, SurveyVerb.STOP})
_NAMING = TURNING | {SurveyVerb.SHOW}
_VERBS = {verb.value: verb for verb in SurveyVerb}


@dataclass(frozen=True, slots=True)
class SurveyCommand:
    """What to do with the survey of a name, or with a new one of a kind.

    Of ``RESULTS`` the name is what they are asked of: ``csat monthly team:billing``.
    """

    verb: SurveyVerb
    name: str = ""


def read_survey_command(text: str, names: Collection[str] = ()) -> SurveyCommand:
    """``names`` are those that the person may know: a survey may be called like a verb.

    Raises:
        UserError: it lacks the name.
    """
    typed = " ".join(unescaped(text[:LONGEST]).split())
    first, _, rest = typed.partition(" ")
    folded = first.casefold()
    if not typed or typed == "?":
        return SurveyCommand(SurveyVerb.HELP if typed else SurveyVerb.LIST)
    if typed.casefold() in {name.casefold() for name in names}:
        return SurveyCommand(SurveyVerb.SHOW, typed)
    if folded in KINDS:
        return SurveyCommand(SurveyVerb.NEW, folded)
    verb = _VERBS.get(folded)
    if verb is None:
        return SurveyCommand(SurveyVerb.SHOW, typed)
    if verb not in _NAMING:
        usual = {SurveyVerb.RESULTS: rest, SurveyVerb.RULE: "csat"}
        return SurveyCommand(verb, usual.get(verb, "nps"))
    if not rest:
        raise UserError("Which survey?", f"Type its name too: /survey {verb.value} NAME.")
    return SurveyCommand(verb, rest.strip("\"'"))


def first_survey_verb(text: str) -> SurveyVerb | None:
    """What the first word asks for, before it is known what the surveys are called."""
    return _VERBS.get(text.strip().partition(" ")[0].casefold())
