from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.playground import Message
from bot.playground.blockkit.surfaces import check_message_blocks
from storage.metrics.definition import Audience
from storage.operations import digests, occurrences, outbox
from storage.operations.audit import By, newest
from storage.operations.digest_models import OccurrenceState, PlanState
from storage.operations.engine import reading, writing
from storage.operations.outbox import Parcel, Priority
from tests.bot.listeners.conftest import Office
from tests.bot.listeners.digesting import (
    Clockwork,
    make,
    open_form,
    press,
    standing,
    type_digest,
)

MONDAY = datetime(2026, 6, 22, 7, tzinfo=UTC)
"""09:00 in Berlin."""
PLANNED = "Mondays at 09:00 (Europe/Berlin), to #{}. Next: 22 Jun 09:00."


def lines(message: Message) -> list[str]:
    return message.read().splitlines()


def again(office: Office) -> None:
    """The same click arrives a second time."""
    office.workspace._delivery.send("interactive", office.workspace.exchanges[-1].payload)


def test_first_run_offers_a_set_to_start_with(office: Office) -> None:
    told = lines(type_digest(office, office.lead))
    assert told[0] == "There is no digest yet that you may see."
    assert told[2].startswith("- For a team: Mondays at 09:00. The week of a team:")
    assert told[-1] == (
        "[For executives] [For a team] [For agents, each their own day] [New digest]"
    )
    assert lines(type_digest(office, office.newcomer)) == [
        "There is no digest yet that you may see."
    ]


def test_admin_starts_with_the_whole_set_by_one_click(office: Office) -> None:
    shown = type_digest(office, office.admin)
    assert "[Add all, to each of their people] [For executives]" in lines(shown)[-1]
    added = lines(press(office, office.admin, "Add all, to each of their people"))
    assert added[1::3] == ["Care this month", "Team this week", "Your day", "[New digest]"]
    assert added[5] == (
        "Mondays at 09:00 (Europe/Berlin), to each lead, about their own teams. Next: 22 Jun 09:00."
    )
    again(office)
    assert len(standing(office)) == 3


def test_set_to_start_with_is_an_admins(office: Office) -> None:
    type_digest(office, office.admin)
    office.ask(office.admin, f"role @{office.admin.name} lead team:billing")
    office.ask(office.admin, "role @leo admin")
    told = press(office, office.admin, "Add all, to each of their people")
    assert told.read() == "A digest to each executive is made by admins. Ask one of them."
    assert standing(office) == []


def test_outsider_gets_one_sentence(office: Office) -> None:
    make(office, office.lead)
    refused = "CareKPI answers members of its own organisation only."
    for text in ("", "new", "Billing week", "run Billing week"):
        assert type_digest(office, office.guest, text).read() == refused
        assert type_digest(office, office.stranger, text, office.shared).read() == refused


def test_list_tells_when_it_comes_next_to_who_may_see_it(office: Office) -> None:
    make(office, office.lead)
    make(office, office.executive, "Directors", office.executive.id, Audience.EXECUTIVE, ())
    planned = PLANNED.format(office.care.id)
    team = ["Billing week", planned, "[Open]"]
    directors = [
        "Directors",
        planned.replace(f"#{office.care.id}", f"@{office.executive.id}"),
        "[Open]",
    ]
    assert lines(type_digest(office, office.lead)) == ["Digests", *team, "[New digest]"]
    assert lines(type_digest(office, office.newcomer)) == ["Digests", *team]
    assert lines(type_digest(office, office.admin)) == [
        "Digests",
        *team,
        *directors,
        "[New digest]",
    ]
    elsewhere = lines(type_digest(office, office.executive, "", office.billing))
    own = [each.replace(f"@{office.executive.id}", "you") for each in directors]
    assert elsewhere == ["Digests", *own, "[New digest]"]


def test_one_digest_is_shown_with_what_can_be_done(office: Office) -> None:
    make(office, office.lead)
    type_digest(office, office.lead)
    assert lines(press(office, office.lead, "Open")) == [
        "Digest: Billing week",
        "For a team; only team billing.",
        PLANNED.format(office.care.id),
        f"Owner: @{office.lead.id}",
        "[Preview to me] [Run now] [Pause] [Change] [History] [All digests]",
        "[Delete]",
    ]
    seen = lines(type_digest(office, office.agent, "billing WEEK"))
    assert seen[-1] == "[Preview to me] [History] [All digests]"


def test_digest_of_others_is_unknown_to_who_may_not_see_it(office: Office) -> None:
    make(office, office.executive, "Directors", office.executive.id, Audience.EXECUTIVE, ())
    for verb in ("", "run", "history", "change", "preview", "delete"):
        told = type_digest(office, office.agent, f"{verb} Directors".strip())
        assert told.read() == 'I know no digest "Directors". See which there are.\n[All digests]'


def test_near_name_is_offered_also_behind_a_misspelt_verb(office: Office) -> None:
    make(office, office.lead)
    told = type_digest(office, office.lead, "paus biling week")
    assert told.read() == (
        'I know no digest "paus biling week". Did you mean "Billing week"?\n'
        "[Billing week] [All digests]"
    )
    assert lines(press(office, office.lead, "Billing week"))[0] == "Digest: Billing week"


def test_run_by_hand_is_followed_to_the_message_itself(office: Office) -> None:
    made = make(office, office.lead)
    type_digest(office, office.lead, "Billing week")
    started = press(office, office.lead, "Run now")
    assert lines(started)[1] == (
        "Started: it is sent within a few minutes. See how far it is under History."
    )
    by = "today 12:00 by you"
    assert lines(started)[4] == f"Last: {by}: being prepared."
    assert Clockwork(office).plan() == 1
    on_its_way = f"- {by}: on its way to #{office.care.id}."
    shown = press(office, office.lead, "History")
    assert lines(shown) == [
        "Runs: Billing week",
        on_its_way,
        "Times in Europe/Berlin.",
        "[Stop today 12:00] [Refresh] [Back]",
    ]
    Clockwork(office).deliver()
    posted = office.workspace.visible(office.newcomer, office.care)[-1]
    assert posted.read().startswith("Billing week, week 24 (8 to 14 Jun)")
    sent = type_digest(office, office.lead, "history Billing week")
    assert lines(sent)[1] == f"- {by}: sent to #{office.care.id} (open it)."
    (link,) = [
        part["url"]
        for part in sent.blocks[1]["elements"][0]["elements"][0]["elements"]
        if part["type"] == "link"
    ]
    assert link == (
        f"https://playground.slack.com/archives/{office.care.id}/p{posted.ts.replace('.', '')}"
    )
    assert made.version == 1


def test_run_pressed_twice_is_one_run_and_pressed_later_another(office: Office) -> None:
    make(office, office.lead)
    type_digest(office, office.lead, "Billing week")
    press(office, office.lead, "Run now")
    again(office)
    assert Clockwork(office).plan() == 1
    office.clock.move(seconds=1)
    type_digest(office, office.lead, "Billing week")
    press(office, office.lead, "Run now")
    assert Clockwork(office).plan() == 1


def test_who_may_not_change_it_runs_stops_and_pauses_nothing(office: Office) -> None:
    make(office, office.lead)
    refused = "A digest is changed by its owner and by admins. Ask one of them."
    for verb in ("run", "pause", "resume", "delete"):
        assert type_digest(office, office.agent, f"{verb} Billing week").read() == refused
    assert Clockwork(office).plan() == 0
    assert standing(office)[0].version == 1


def test_failed_run_says_why_and_is_sent_again_once_mended(office: Office) -> None:
    make(office, office.lead)
    office.clock.now = MONDAY
    Clockwork(office).plan()
    office.care.members.discard(office.workspace.bot.id)
    Clockwork(office).deliver()
    office.workspace.invite(office.care, office.workspace.bot)
    shown = lines(type_digest(office, office.lead, "history Billing week"))
    assert shown[1].startswith(f"- today 09:00: failed to #{office.care.id}: ")
    assert "/invite @CareKPI" in shown[1]
    assert shown[3] == "[Send today 09:00 again] [Back]"
    again = press(office, office.lead, "Send today 09:00 again")
    assert lines(again)[1] == "Sent again to 1, who did not get it."
    assert lines(again)[2] == f"- today 09:00: on its way to #{office.care.id}."
    office.clock.move(minutes=1)
    Clockwork(office).deliver()
    sent = lines(type_digest(office, office.lead, "Billing week"))
    assert sent[3] == f"Last: today 09:00: sent to #{office.care.id} (open it)."


def test_owner_is_told_and_mends_it_from_there(office: Office) -> None:
    make(office, office.lead)
    office.clock.now = MONDAY
    Clockwork(office).plan()
    office.care.members.discard(office.workspace.bot.id)
    Clockwork(office).deliver()
    office.clock.move(seconds=5)
    Clockwork(office).deliver()
    direct = office.workspace.direct(office.lead)
    (told,) = office.workspace.visible(office.lead, direct)
    assert told.read().startswith(f"Billing week could not be delivered to #{office.care.id}. ")
    assert lines(told)[-1] == "[Change the digest] [See its runs]"
    open_form(office, office.lead, lambda: office.workspace.click(office.lead, "Change the digest"))
    office.workspace.submit(office.lead, {"Conversation": office.billing.id})
    assert standing(office)[0].order.channel_id == office.billing.id
    office.workspace.close(office.lead)
    shown = office.answer_to(
        office.lead, direct, lambda: office.workspace.click(office.lead, "See its runs", on=told)
    )
    assert lines(shown)[0] == "Runs: Billing week"


def test_run_is_stopped_before_it_is_sent(office: Office) -> None:
    make(office, office.lead)
    office.clock.now = MONDAY
    Clockwork(office).plan()
    type_digest(office, office.lead, "history Billing week")
    stopped = lines(press(office, office.lead, "Stop today 09:00"))
    assert stopped[1] == "Stopped before 1 was sent. So far: 1 stopped."
    assert stopped[2].startswith(f"- today 09:00: stopped to #{office.care.id}")
    Clockwork(office).deliver()
    assert not any(
        message.text.startswith("Billing week")
        for message in office.workspace.visible(office.newcomer, office.care)
    )


def test_run_to_many_is_counted_and_names_who_did_not_get_it(office: Office) -> None:
    made = make(office, office.lead)
    now = office.clock()
    with writing(office.stores.operations) as session:
        occurrences.run_now(session, made.id, By(office.lead.id, now), "many")
        (claim,) = occurrences.claim_due(session, "test", now)
        occurrences.finish(session, claim, OccurrenceState.PLANNED)
        parcels = [
            Parcel(
                f"to {number}",
                "digest",
                Priority.DIGEST,
                f"U0AGENT{number}",
                occurrences.about_run(made.id, claim.occurrence_id),
                {"message": {"text": "Your day"}},
                claim.occurrence_id,
                expires_at=now if number == 4 else None,
            )
            for number in range(6)
        ]
        outbox.enqueue(session, parcels, now)
        outbox.expire(session, now)
    shown = lines(type_digest(office, office.lead, "history Billing week"))
    assert shown[1] == (
        "- today 12:00 by you: 5 waiting and 1 missed;"
        " missed to @U0AGENT4: It could not be sent in time."
    )
    assert shown[3] == "[Stop today 12:00] [Send today 12:00 again] [Refresh] [Back]"
    stopped = lines(press(office, office.lead, "Stop today 12:00"))
    assert stopped[1] == "Stopped before 5 were sent. So far: 1 missed and 5 stopped."


def test_missed_and_late_are_told_as_such(office: Office) -> None:
    make(office, office.lead)
    Clockwork(office).run_at(datetime(2026, 6, 29, 9, tzinfo=UTC))
    shown = lines(type_digest(office, office.lead, "history Billing week"))
    assert shown[1:3] == [
        f"- today 09:00: late, sent to #{office.care.id} (open it).",
        "- 22 Jun 09:00: missed: CareKPI was not running.",
    ]


def test_pause_and_resume_are_seen_and_written_down(office: Office) -> None:
    make(office, office.lead)
    paused = lines(type_digest(office, office.lead, "pause Billing week"))
    assert paused[1] == "Paused: nothing is sent until it is resumed."
    assert paused[3] == f"Mondays at 09:00 (Europe/Berlin), to #{office.care.id}. Paused."
    assert standing(office)[0].state is PlanState.PAUSED
    resumed = lines(press(office, office.lead, "Resume"))
    assert resumed[1] == "Resumed. What fell into the pause is not made up for."
    assert resumed[3] == PLANNED.format(office.care.id)
    with reading(office.stores.operations) as session:
        written = [(entry.who, entry.what) for entry in newest(session)[:2]]
    assert written == [(office.lead.id, "digest resumed"), (office.lead.id, "digest paused")]


def test_pause_of_what_somebody_changed_meanwhile_is_not_done(office: Office) -> None:
    made = make(office, office.lead)
    type_digest(office, office.lead, "Billing week")
    with writing(office.stores.operations) as session:
        digests.change(session, made.id, 1, made.order, By(office.admin.id, office.clock()))
    told = lines(press(office, office.lead, "Pause"))
    assert told[1] == (f"Nothing is done: @{office.admin.id} changed it today 12:00. As it is now:")
    assert standing(office)[0].state is PlanState.ACTIVE
    assert lines(press(office, office.lead, "Pause"))[1].startswith("Paused:")


def test_admin_takes_over_what_somebody_left_behind(office: Office) -> None:
    make(office, office.lead)
    shown = lines(type_digest(office, office.admin, "Billing week"))
    assert shown[-2].endswith("[History] [Make it mine] [All digests]")
    taken = lines(press(office, office.admin, "Make it mine"))
    assert taken[1] == "It is yours now: you are told when it can't be delivered."
    assert taken[-2].endswith("[History] [All digests]")
    assert standing(office)[0].owner == office.admin.id


def test_delete_asks_first_and_keeps_the_history(office: Office) -> None:
    make(office, office.lead)
    asked = type_digest(office, office.lead, "delete Billing week")
    assert lines(asked)[0] == (
        'Delete "Billing week"? Nothing is sent any more; its history is kept.'
    )
    assert len(standing(office)) == 1
    done = press(office, office.lead, "Delete it")
    assert lines(done)[0] == '"Billing week" is deleted. Its history is kept.'
    assert standing(office) == []
    assert lines(press(office, office.lead, "History"))[1] == "- It has not run yet."


def test_delete_button_wants_to_be_confirmed(office: Office) -> None:
    make(office, office.lead)
    type_digest(office, office.lead, "Billing week")
    press(office, office.lead, "Delete", confirm=True)
    assert standing(office) == []


def test_preview_is_what_the_conversation_gets(office: Office) -> None:
    make(office, office.lead)
    type_digest(office, office.lead, "Billing week")
    shown = lines(press(office, office.lead, "Preview to me"))
    assert shown[:2] == [
        f"Preview, for you alone: this is what #{office.care.id} would get now.",
        "Billing week, week 24 (8 to 14 Jun)",
    ]
    assert office.workspace.visible(office.newcomer, office.care) == []


def test_preview_shows_no_more_than_the_person_may_see(office: Office) -> None:
    make(office, office.admin, "All care", audience=Audience.OWN, filters=())
    told = lines(type_digest(office, office.agent, "preview All care"))
    assert told[0] == (f"Preview under your own rights: #{office.care.id} may get other figures.")
    assert told[1] == "All care, team billing, week 24 (8 to 14 Jun)"
    nothing = type_digest(office, office.newcomer, "preview All care").read()
    assert nothing == (
        '"All care" has nothing to show you now. You have no role in CareKPI yet.'
        " Ask an admin to give you one."
    )


def test_help_is_a_line_each(office: Office) -> None:
    told = lines(type_digest(office, office.lead, "help"))
    assert "- /digest run NAME  sends it now" in told
    assert told[-1] == "[All digests] [New digest]"


def test_help_of_kpi_tells_of_digests(office: Office) -> None:
    by_itself = "What you ask often can come by itself, to you or a conversation: type /digest."
    assert lines(office.ask(office.lead, "help"))[-2].endswith(by_itself)


def test_many_digests_stay_within_a_message(office: Office) -> None:
    for number in range(25):
        make(office, office.lead, f"Week <!channel> {number:02}")
    shown = type_digest(office, office.lead)
    assert check_message_blocks(shown.blocks) == []
    assert lines(shown)[-2] == "5 more are not shown: /digest and a name shows one."
    assert "<!channel>" not in shown.text


@pytest.mark.parametrize("name", ["run", "history of 2025", "new"])
def test_digest_may_be_called_like_a_verb(office: Office, name: str) -> None:
    make(office, office.lead, name)
    assert lines(type_digest(office, office.lead, name))[0] == f"Digest: {name}"
