"""Who is asked and who is left out, and why: before a survey starts, and while it goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.blocks.dates import instant_name
from bot.blocks.numbers import count
from bot.blocks.untrusted import name
from storage.operations.campaign_progress import Progress
from storage.operations.survey_models import InvitationState
from storage.surveys.eligibility import Asked, LeftOut, Reason
from storage.surveys.manners import Manners
from storage.surveys.planning import Judged

SENT = (InvitationState.SENT, InvitationState.ANSWERED, InvitationState.EXPIRED)


def reason_text(reason: Reason, manners: Manners) -> str:
    """``asked something within 30 days``."""
    match reason:
        case Reason.ASKED_RECENTLY:
            return f"asked something within {manners.days_between} days"
        case Reason.ORGANISATION_FULL:
            return f"their organisation is asked {manners.daily_cap} times that day already"
        case _:
            return _REASONS[reason]


_REASONS = {
    Reason.NO_ADDRESS: "no Slack address is known",
    Reason.NOT_KNOWN: "no customer of today has this id",
    Reason.NOT_THEIRS: "no customer of the teams this survey may ask",
    Reason.UNREACHABLE: "can't be reached in Slack",
    Reason.DUPLICATE: "on the list before",
    Reason.OPTED_OUT: 'said "don\'t ask me again"',
    Reason.FORGOTTEN: "was forgotten",
    Reason.REOPENED: "the contact was opened again",
    Reason.SAME_KIND: "asked the same not long ago",
    Reason.ROOM_FOR_RARER: "a rarer survey is due soon",
    Reason.STOPPED: "stopped before it was sent",
}


def outlook_lines(
    judged: Sequence[Judged], manners: Manners, now: datetime, timezone: str
) -> list[str]:
    """How many are asked, and how many are left out for each reason."""
    times = [each.verdict.at for each in judged if isinstance(each.verdict, Asked)]
    left_out = Counter(each.verdict.reason for each in judged if isinstance(each.verdict, LeftOut))
    asked = f"Asked: {count(len(times))}"
    if any(at > now for at in times):
        later = count(sum(at > now for at in times))
        asked += f", {later} of them later, the last {instant_name(max(times), now, timezone)}"
    return [f"{asked}.", *reason_lines(left_out, manners)]


def reason_lines(reasons: Mapping[Reason, int], manners: Manners) -> list[str]:
    if not reasons:
        return ["Left out: nobody."]
    ordered = sorted(reasons.items(), key=lambda each: (-each[1], each[0].value))
    lines = [f"{count(number)}: {reason_text(each, manners)}" for each, number in ordered]
    return [f"Left out: {count(sum(reasons.values()))}.", *lines]


def left_out_lines(judged: Sequence[Judged], manners: Manners) -> Iterator[str]:
    """``C-1024: asked something within 30 days``."""
    for each in judged:
        if isinstance(each.verdict, LeftOut):
            who = each.listed.customer_id or each.listed.user_id or "an unknown address"
            yield f"{name(who)}: {reason_text(each.verdict.reason, manners)}"


def progress_lines(progress: Progress, manners: Manners) -> list[str]:
    """How far it is, such as ``Sent 812, 97 answered, 91 still to be sent.``."""
    sent = progress.number(*SENT)
    waiting = progress.waiting + progress.number(InvitationState.PLANNED)
    answered = count(progress.number(InvitationState.ANSWERED))
    lines = [f"Sent {count(sent)}, {answered} answered, {count(waiting)} still to be sent."]
    if withdrawn := progress.number(InvitationState.WITHDRAWN):
        lines.append(f"Taken back: {count(withdrawn)}.")
    if progress.reasons:
        lines += reason_lines(progress.reasons, manners)
    return lines
