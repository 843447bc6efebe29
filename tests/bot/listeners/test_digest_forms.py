from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time

import pytest

from bot.playground import Exchange, Person
from storage.cadences.cadence import (
    Cadence,
    EveryDay,
    NthDay,
    PostingHours,
    Weekday,
    Weekdays,
)
from storage.cadences.writing import as_text
from storage.metrics.answer import Filter
from storage.metrics.catalog import METRICS, VOLUME
from storage.metrics.definition import Audience, Segment
from storage.operations import digests
from storage.operations.audit import By
from storage.operations.digests import DigestOrder
from storage.operations.engine import writing
from storage.periods import Grain
from tests.bot.listeners.conftest import Office
from tests.bot.listeners.digesting import (
    BERLIN,
    BILLING,
    MONDAYS,
    choose,
    make,
    open_form,
    press,
    standing,
    type_digest,
)


def typing(office: Office, person: Person, text: str) -> Callable[[], Exchange]:
    return lambda: office.workspace.command(person, office.care, f"/digest {text}")


def new_for(office: Office, person: Person, audience: str) -> str:
    """Opens the form from the set to start with."""
    type_digest(office, person)
    return open_form(office, person, lambda: office.workspace.click(person, audience))


def saved(office: Office, person: Person, **filled: object) -> list[str]:
    """Submits, and reads what takes the form's place."""
    values = {what.replace("_", " "): choice for what, choice in filled.items()}
    assert office.workspace.submit(person, values).problem is None
    view = office.workspace.modal(person)
    assert view.errors == {}
    return view.read().splitlines()


def errors(office: Office, person: Person, values: Mapping[str, object]) -> dict[str, str]:
    office.workspace.submit(person, values)
    return office.workspace.modal(person).errors


def only_order(office: Office) -> DigestOrder:
    (made,) = standing(office)
    return made.order


def test_digest_for_a_team_is_added_here_in_two_steps(office: Office) -> None:
    office.workspace.change_person(office.lead, tz=BERLIN)
    form = new_for(office, office.lead, "For a team")
    assert form.startswith("New digest\nWhat it tells\n[For a team]\nName\n")
    told = saved(office, office.lead, Name="Billing  week", Only_for="team:Billing")
    assert told == [
        "Digest saved",
        "Billing week",
        "For a team; only team billing.",
        f"Mondays at 09:00 (Europe/Berlin), to #{office.care.id}. Next: 22 Jun 09:00.",
        "Type /digest to see, run or change it.",
    ]
    assert only_order(office) == DigestOrder(
        "Billing week", Audience.TEAM, MONDAYS, Grain.WEEK, office.care.id, (), BILLING
    )


def test_usual_name_follows_the_audience_until_one_is_typed(office: Office) -> None:
    new_for(office, office.lead, "For a team")
    assert shown_name(office) == "Team this week"
    choose(office, office.lead, "What it tells", "For executives")
    assert shown_name(office) == "Care this month"
    office.workspace.fill(office.lead, {"Name": "My own"})
    choose(office, office.lead, "What it tells", "For a team")
    assert shown_name(office) == "My own"


def test_conversation_where_it_is_typed_is_chosen_already(office: Office) -> None:
    open_form(office, office.lead, typing(office, office.lead, "new"))
    choose(office, office.lead, "What it tells", "For a team")
    choose(office, office.lead, "Goes to", "A conversation")
    choose(office, office.lead, "Goes to", "Me, directly")
    choose(office, office.lead, "Goes to", "A conversation")
    saved(office, office.lead)
    assert only_order(office).channel_id == office.care.id


def shown_name(office: Office) -> str:
    blocks = office.workspace.modal(office.lead).blocks
    (named,) = [block["element"] for block in blocks if block["block_id"] == "field-name"]
    return str(named["initial_value"])


def test_own_choice_of_metrics_goes_to_oneself(office: Office) -> None:
    office.workspace.change_person(office.agent, tz="America/New_York")
    open_form(office, office.agent, typing(office, office.agent, "new"))
    chosen = METRICS[3]
    saved(
        office,
        office.agent,
        Name="My work",
        Metrics=[VOLUME.name, chosen.name],
        Only_for="agent:me",
        Days="Every working day",
        Time="17:30",
        Send=["Only if something changed"],
    )
    order = only_order(office)
    assert (order.audience, order.channel_id) == (Audience.OWN, office.agent.id)
    assert order.metrics == (VOLUME.key, chosen.key)
    assert order.filters == (Filter(Segment.AGENT, ("me",)),)
    assert as_text(order.cadence) == "every working day 17:30 in America/New_York"
    assert (order.grain, order.only_if_changed) == (Grain.DAY, True)


def test_form_shows_what_the_choice_needs(office: Office) -> None:
    open_form(office, office.admin, typing(office, office.admin, "new"))
    assert "Metrics" in office.workspace.modal(office.admin).read()
    office.workspace.fill(office.admin, {"Name": "The month"})
    form = choose(office, office.admin, "What it tells", "For executives")
    assert "Metrics" not in form
    assert "[The 3rd working day of each month]" in form
    form = choose(office, office.admin, "Goes to", "A conversation")
    assert "Or its link or id" in form
    form = choose(office, office.admin, "Goes to", "Directly to each executive")
    assert "Or its link or id" not in form
    form = choose(office, office.admin, "Days", "In my own words")
    assert "\nTime\n" not in form
    wrong = errors(office, office.admin, {"When": "last working day 16:00 in Berlin"})
    assert wrong["field-words"].startswith('I don\'t know a time zone "Berlin".')
    saved(office, office.admin, When="last working day 16:00 in europe/berlin")
    order = only_order(office)
    assert (order.channel_id, order.grain) == ("", Grain.MONTH)
    assert as_text(order.cadence) == "last working day of the month 16:00 in Europe/Berlin"


def test_cadence_in_words_may_name_zone_holidays_and_hours(office: Office) -> None:
    new_for(office, office.lead, "For a team")
    choose(office, office.lead, "Days", "In my own words")
    wrong = errors(office, office.lead, {"Name": "Billing", "When": "mondys 09:00"})
    assert wrong == {"field-words": 'I don\'t know when "mondys 09:00" is. Did you mean "mondays"?'}
    words = "every day 09:00 in Australia/Lord_Howe between 08:00 and 18:00"
    saved(office, office.lead, When=words)
    assert only_order(office).cadence == Cadence(
        EveryDay(),
        time(9),
        "Australia/Lord_Howe",
        posting_hours=PostingHours(time(8), time(18)),
    )
    office.workspace.close(office.lead)
    type_digest(office, office.lead, "Billing")
    form = open_form(office, office.lead, lambda: office.workspace.click(office.lead, "Change"))
    assert "[In my own words]" in form
    element = office.workspace.modal(office.lead)
    (when,) = [block["element"] for block in element.blocks if block["block_id"] == "field-words"]
    assert when["initial_value"] == "every day 09:00 only between 08:00 and 18:00"


def test_every_problem_stands_at_its_field(office: Office) -> None:
    new_for(office, office.lead, "For a team")
    wrong = errors(
        office,
        office.lead,
        {"Name": "Billing", "Only for": "tem:billing", "Or its link or id": "#somewhere"},
    )
    assert wrong == {
        "field-pasted": (
            'I can\'t read "#somewhere" as a conversation.'
            " Paste its link (Copy link, in Slack) or its id, such as C0123ABCD."
        )
    }
    wrong = errors(office, office.lead, {"Or its link or id": office.care.id})
    assert wrong == {"field-scope": 'I don\'t know a way to split by "tem". Did you mean team?'}
    wrong = errors(office, office.lead, {"Only for": "team:biling"})
    assert wrong["field-scope"].startswith('I don\'t know a team "biling". Did you mean "billing"?')
    assert standing(office) == []


def test_name_that_is_taken_is_said_at_the_name(office: Office) -> None:
    make(office, office.executive)
    open_form(office, office.lead, typing(office, office.lead, "new"))
    wrong = errors(office, office.lead, {"Name": "billing  WEEK", "Metrics": [VOLUME.name]})
    assert wrong == {"field-name": 'There is a digest "billing WEEK" already. Choose another name.'}


def test_conversation_that_can_not_be_posted_to_is_said(office: Office) -> None:
    new_for(office, office.lead, "For a team")
    workspace = office.workspace
    archived = workspace.add_channel("old", [office.lead], with_bot=True, is_archived=True)
    uninvited = workspace.add_channel("leads", [office.lead], is_private=True)
    closed = workspace.add_channel("board", [office.executive], is_private=True, with_bot=True)
    unnamed = workspace.add_channel("new-one", [office.lead], with_bot=True)
    chosen = {"Name": "Billing", "Conversation": archived.id}
    assert errors(office, office.lead, chosen) == {
        "field-conversation": "This channel is archived. Choose another one."
    }
    assert errors(office, office.lead, {"Conversation": uninvited.id}) == {
        "field-conversation": (
            "I am not in this conversation. Invite me with /invite @CareKPI, then save."
        )
    }
    assert errors(office, office.lead, {"Conversation": closed.id}) == {
        "field-conversation": "You are not in this conversation. Choose one that you are in."
    }
    assert errors(office, office.lead, {"Conversation": unnamed.id}) == {
        "field-conversation": (
            "No admin has named a team for this channel yet, so no figure is posted here."
            " Ask an admin to name one."
        )
    }
    assert errors(office, office.lead, {"Conversation": office.shared.id})[
        "field-conversation"
    ].startswith("This channel is shared with another organisation")
    assert standing(office) == []
    workspace.invite(uninvited, workspace.bot)
    office.ask(office.admin, "channel all", office.billing)
    saved(office, office.lead, Conversation=office.billing.id)
    assert only_order(office).channel_id == office.billing.id


def test_pasted_link_takes_the_place_of_an_empty_choice(office: Office) -> None:
    type_digest(office, office.lead, "", office.elsewhere)
    open_form(office, office.lead, lambda: office.workspace.click(office.lead, "For a team"))
    assert "Me, directly" in office.workspace.modal(office.lead).read()
    choose(office, office.lead, "Goes to", "A conversation")
    link = f"https://playground.slack.com/archives/{office.billing.id}/p1"
    saved(office, office.lead, Name="Billing", Or_its_link_or_id=link)
    assert only_order(office).channel_id == office.billing.id


@pytest.mark.parametrize(
    ("audience", "block", "said"),
    [
        (
            "For agents, each their own day",
            "field-to",
            "You make digests for the agents of your own teams. Add team:billing.",
        ),
        (
            "For executives",
            "field-to",
            "A digest to each executive is made by admins. Ask one of them.",
        ),
    ],
)
def test_lead_makes_none_for_everybody(
    office: Office, audience: str, block: str, said: str
) -> None:
    open_form(office, office.lead, typing(office, office.lead, "new"))
    choose(office, office.lead, "What it tells", audience)
    each = "Directly to each agent" if "agents" in audience else "Directly to each executive"
    office.workspace.choose(office.lead, "Goes to", each, on=office.workspace.modal(office.lead))
    assert errors(office, office.lead, {"Name": "All"}) == {block: said}
    assert standing(office) == []


def test_agent_makes_one_directly_and_none_for_a_conversation(office: Office) -> None:
    open_form(office, office.agent, typing(office, office.agent, "new"))
    choose(office, office.agent, "Goes to", "A conversation")
    filled = {"Name": "Mine", "Metrics": [VOLUME.name], "Conversation": office.care.id}
    assert errors(office, office.agent, filled) == {
        "field-to": (
            "Digests in a conversation are made by leads, reviewers, executives and admins."
            " You can have one directly."
        )
    }


def test_form_does_not_open_for_who_sees_no_figure(office: Office) -> None:
    told = type_digest(office, office.newcomer, "new").read()
    assert told == "You have no role in CareKPI yet. Ask an admin to give you one."
    assert not office.workspace.has_modal(office.newcomer)


def test_preview_within_the_form_comes_directly_and_saves_nothing(office: Office) -> None:
    open_form(office, office.lead, typing(office, office.lead, "new"))
    direct = office.workspace.direct(office.lead)
    office.workspace.fill(office.lead, {"Name": "Mine", "Only for": "team:billing"})
    office.workspace.click(office.lead, "Preview to me")
    office.workspace.wait_for(
        lambda: "Choose one metric" in office.workspace.modal(office.lead).read()
    )
    office.workspace.fill(office.lead, {"Metrics": [VOLUME.name]})
    office.workspace.click(office.lead, "Preview to me")
    (shown,) = office.workspace.wait_for(lambda: office.workspace.visible(office.lead, direct))
    assert shown.read().splitlines()[:2] == [
        "Preview: this is what you would get now.",
        "Mine, team billing, week 24 (8 to 14 Jun)",
    ]
    office.workspace.wait_for(
        lambda: "The preview is in our direct message" in office.workspace.modal(office.lead).read()
    )
    assert standing(office) == []
    saved(office, office.lead)
    assert only_order(office).metrics == (VOLUME.key,)


def test_form_of_a_digest_changes_it(office: Office) -> None:
    make(office, office.lead)
    type_digest(office, office.lead, "Billing week")
    open_form(office, office.lead, lambda: office.workspace.click(office.lead, "Change"))
    told = saved(office, office.lead, Days="Fridays", Time="16:00")
    assert told[3].startswith("Fridays at 16:00 (Europe/Berlin)")
    (changed,) = standing(office)
    assert changed.version == 2
    assert changed.order.cadence == Cadence(Weekdays((Weekday.FRIDAY,)), time(16), BERLIN)
    assert (changed.order.filters, changed.order.channel_id) == (BILLING, office.care.id)


def test_saved_twice_is_saved_once(office: Office) -> None:
    new_for(office, office.lead, "For a team")
    first = office.workspace.submit(office.lead, {"Name": "Billing  week"})
    second = office.workspace._delivery.send("interactive", first.payload)
    assert second.body == first.body
    assert [made.order.name for made in standing(office)] == ["Billing week"]
    office.workspace.close(office.lead)
    type_digest(office, office.lead, "Billing week")
    open_form(office, office.lead, lambda: office.workspace.click(office.lead, "Change"))
    changed = office.workspace.submit(office.lead, {"Days": "Fridays"})
    again = office.workspace._delivery.send("interactive", changed.payload)
    assert again.body == changed.body
    assert [made.version for made in standing(office)] == [2]


def test_second_of_two_editors_hears_what_the_first_changed(office: Office) -> None:
    make(office, office.lead)
    type_digest(office, office.lead, "Billing week")
    open_form(office, office.lead, lambda: office.workspace.click(office.lead, "Change"))
    type_digest(office, office.admin, "Billing week")
    open_form(office, office.admin, lambda: office.workspace.click(office.admin, "Change"))
    saved(office, office.admin, Days="Fridays", Name="Billing at the end")
    told = saved(office, office.lead, Time="10:00")
    assert told == [
        "Changed meanwhile",
        f"Nothing was saved: @{office.admin.id} changed this digest today 12:00.",
        "- Name: Billing week → Billing at the end",
        "- When: Mondays at 09:00 (Europe/Berlin) → Fridays at 09:00 (Europe/Berlin)",
        "Open the newest to make your change there.",
        "[Open the newest]",
    ]
    open_newest(office)
    saved(office, office.lead, Time="10:00")
    (made,) = standing(office)
    assert (made.order.name, made.version, made.changed_by) == (
        "Billing at the end",
        3,
        office.lead.id,
    )
    assert as_text(made.order.cadence) == "fridays 10:00 in Europe/Berlin"


def open_newest(office: Office) -> None:
    office.workspace.click(office.lead, "Open the newest")
    office.workspace.wait_for(
        lambda: office.workspace.modal(office.lead).read().startswith("Change the digest")
    )


def test_deleted_meanwhile_is_said_in_the_form(office: Office) -> None:
    made = make(office, office.lead)
    type_digest(office, office.lead, "Billing week")
    open_form(office, office.lead, lambda: office.workspace.click(office.lead, "Change"))
    with writing(office.stores.operations) as session:
        digests.delete(session, made.id, 1, By(office.admin.id, office.clock()))
    assert errors(office, office.lead, {}) == {
        "field-name": "This digest was deleted. See which there are: /digest list."
    }


def test_admin_changes_a_digest_of_others_and_it_stays_theirs(office: Office) -> None:
    cadence = Cadence(NthDay(3, working=True), time(8), "UTC", country="DE")
    order = DigestOrder("Mine", Audience.OWN, cadence, Grain.WEEK, "", (VOLUME.key,))
    with writing(office.stores.operations) as session:
        digests.make(session, order, By(office.executive.id, office.clock()))
    type_digest(office, office.admin, "Mine")
    form = open_form(office, office.admin, lambda: office.workspace.click(office.admin, "Change"))
    assert "[Who gets it now, directly]" in form
    saved(office, office.admin, Name="Yours")
    (made,) = standing(office)
    assert (made.owner, made.order.channel_id) == (office.executive.id, office.executive.id)
    assert (made.order.cadence, made.order.grain) == (cadence, Grain.WEEK)
    assert lines_of_history(office)[0] == "Runs: Yours"


def lines_of_history(office: Office) -> list[str]:
    office.workspace.close(office.admin)
    type_digest(office, office.admin, "Yours")
    return press(office, office.admin, "History").read().splitlines()
