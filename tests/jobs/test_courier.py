"""Each delivery arrives once, whatever Slack answers."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from jobs.calls import GONE, shut_out, unfit
from jobs.courier import UNSEEN
from jobs.posting import MAY_NOT_LOOK
from storage.operations import handover, outbox
from storage.operations.engine import reading, writing
from storage.operations.outbox import STOPPED, TOO_LATE
from storage.operations.outbox_models import DeliveryState
from storage.operations.paces import Pacing
from tests.jobs.conftest import NOW, PostOffice

CHART = {
    "type": "data_visualization",
    "title": "Volume",
    "chart": {
        "type": "line",
        "series": [{"name": "phone", "data": [{"label": "Mon", "value": 3}]}],
        "axis_config": {"categories": ["Mon"], "x_label": "day", "y_label": "contacts"},
    },
}
TEXT = {"type": "section", "text": {"type": "plain_text", "text": "hello"}}


def test_message_arrives_with_its_id_and_is_kept_no_longer(office: PostOffice) -> None:
    office.put()
    office.deliver()
    row = office.row()
    (message,) = office.workspace.visible(office.ann, office.care)
    assert message.metadata == {"event_type": "carekpi_delivery", "event_payload": {"id": row.id}}
    assert (message.text, row.state) == ("message first", DeliveryState.SENT)
    assert (row.channel_id, row.ts, row.sent_at) == (office.care.id, message.ts, NOW)
    assert row.content is None
    assert office.calls() == ["chat.postMessage"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("how", [{"cut": True}, {"status": 500}, {"error": "fatal_error"}])
def test_message_that_was_cut_off_is_looked_for_before_it_is_sent_again(
    office: PostOffice, how: dict[str, object], after: bool
) -> None:
    office.workspace.trouble.fail_next("chat.postMessage", after=after, **how)  # type: ignore[arg-type]  # as it has them
    office.put()
    office.deliver()
    assert office.state()[0] == "pending"
    office.deliver()
    office.clock.move(seconds=5)
    office.deliver()
    assert (office.state(), office.read()) == (("sent", None), ["message first"])
    again = [] if after else ["chat.postMessage"]
    assert office.calls() == ["chat.postMessage", "conversations.history", *again]


def test_process_that_was_killed_after_posting_is_no_reason_to_post_again(
    office: PostOffice,
) -> None:
    office.put()
    (claim,) = office.courier.claim(1)
    with writing(office.operations) as session:
        assert handover.mark_handed_over(session, claim, office.care.id, NOW)
    office.courier._post(claim, office.care.id, office.courier._rendered(claim))
    office.clock.move(seconds=29)
    assert office.another_courier().deliver_due() == 0
    office.clock.move(seconds=1)
    assert office.another_courier().deliver_due() == 1
    assert (office.state(), office.read()) == (("sent", None), ["message first"])


def test_message_is_not_posted_when_looking_fails(office: PostOffice) -> None:
    office.workspace.trouble.fail_next("chat.postMessage", cut=True, after=True)
    office.workspace.trouble.fail_next("conversations.history", status=500)
    office.workspace.trouble.rate_limit("conversations.history", 7)
    office.put()
    for seconds in (0, 5, 10, 6):
        office.clock.move(seconds=seconds)
        office.deliver()
    assert office.state() == (
        "pending",
        "Slack was out of order and did not say whether it was posted.",
    )
    office.clock.move(seconds=1)
    office.deliver()
    assert (office.state(), office.read()) == (("sent", None), ["message first"])


def test_message_among_many_is_found_on_a_later_page(office: PostOffice) -> None:
    office.workspace.trouble.fail_next("chat.postMessage", cut=True, after=True)
    office.put()
    office.deliver()
    for number in range(201):
        office.workspace.post(office.ann, office.care, f"talk {number}")
    office.clock.move(seconds=5)
    office.deliver()
    assert office.state() == ("sent", None)
    assert office.calls() == ["chat.postMessage", *["conversations.history"] * 2]


def test_reply_in_a_thread_is_looked_for_there(office: PostOffice) -> None:
    root = office.workspace.post(office.ann, office.care, "how are we doing?")
    office.workspace.trouble.fail_next("chat.postMessage", cut=True, after=True)
    office.put(thread_ts=root.ts)
    office.deliver()
    office.clock.move(seconds=5)
    office.deliver()
    assert (office.state(), len(office.read())) == (("sent", None), 2)
    assert office.calls() == ["chat.postMessage", "conversations.replies"]


def test_direct_message_is_looked_for_in_the_conversation_with_that_person(
    office: PostOffice,
) -> None:
    office.workspace.trouble.fail_next("chat.postMessage", cut=True, after=True)
    office.put(to=office.ann.id)
    office.deliver()
    office.clock.move(seconds=5)
    office.deliver()
    direct = office.workspace.direct(office.ann)
    (message,) = office.workspace.visible(office.ann, direct)
    assert (office.row().channel_id, office.row().ts) == (direct.id, message.ts)
    assert office.calls() == ["chat.postMessage", "conversations.open", "conversations.history"]


def test_waiting_as_long_as_told_holds_for_all(office: PostOffice) -> None:
    office.workspace.trouble.rate_limit("chat.postMessage", 30)
    for number in range(3):
        office.put(f"{number}", to=office.workspace.add_channel(f"c{number}", with_bot=True).id)
    office.deliver()
    office.clock.move(seconds=29)
    assert office.another_courier().deliver_due() == 0
    office.clock.move(seconds=1)
    assert office.another_courier().deliver_due() == 3
    assert office.calls() == ["chat.postMessage"] * 4
    assert [office.row(f"{number}").attempts for number in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("code", ["is_archived", "channel_not_found", "not_in_channel"])
def test_conversation_that_is_gone_fails_alone(office: PostOffice, code: str) -> None:
    office.workspace.trouble.fail_next("chat.postMessage", code)
    office.put("a", priority=outbox.Priority.ALERT)
    office.put("b", to=office.ann.id)
    office.deliver()
    assert (office.state("a"), office.state("b")) == (("failed", GONE[code]), ("sent", None))
    assert office.told == [f"failed {office.care.id}: {GONE[code]}"]


def test_person_who_left_fails_alone_and_can_be_sent_it_again(office: PostOffice) -> None:
    office.workspace.change_person(office.ann, deleted=True)
    office.put(to=office.ann.id)
    office.deliver()
    assert office.state() == ("failed", GONE["user_disabled"])
    office.workspace.change_person(office.ann, deleted=False)
    office.clock.move(seconds=1)
    with writing(office.operations) as session:
        assert outbox.send_again(session, office.clock(), delivery_id=office.row().id) == 1
    office.deliver()
    assert office.state() == ("sent", None)


def test_message_that_slack_never_takes_fails(office: PostOffice) -> None:
    office.put(content={"message": {"text": "a" * 40_001}})
    office.deliver()
    assert office.state() == (
        "failed",
        str(unfit("msg_too_long")),
    )


def test_token_that_was_revoked_stops_everything_and_is_tried_again(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    office.put()
    with caplog.at_level(logging.ERROR):
        assert office.another_courier("xoxb-old").deliver_due() == 1
    (told,) = caplog.messages
    assert told == (
        "Slack does not accept the bot's token (invalid_auth): nothing is posted until"
        " SLACK_BOT_TOKEN is right. Trying again in a minute"
    )
    office.clock.move(seconds=59)
    office.deliver()
    assert (office.state(), office.told) == (("pending", None), [])
    office.clock.move(seconds=1)
    office.deliver()
    assert office.state() == ("sent", None)


def test_recipient_that_slack_shuts_us_out_of_fails_alone(office: PostOffice) -> None:
    office.workspace.trouble.fail_next("chat.postMessage", "account_inactive")
    office.put("a", to=office.ann.id, priority=outbox.Priority.ALERT)
    office.put("b")
    office.deliver()
    assert office.state("a") == ("failed", str(shut_out("account_inactive")))
    assert office.state("b") == ("sent", None)


def test_call_that_took_too_long_is_looked_for_later(office: PostOffice) -> None:
    office.workspace.trouble.slow(1.3)
    office.put()
    office.another_courier(timeout_seconds=1).deliver_due()
    office.workspace.trouble.slow(0)
    office.workspace.wait_for(lambda: office.workspace.messages)
    assert office.state() == ("pending", "Slack took too long to answer.")
    office.clock.move(seconds=29)
    office.deliver()
    assert office.calls() == ["chat.postMessage"]
    office.clock.move(seconds=1)
    office.deliver()
    assert (office.state(), office.read()) == (("sent", None), ["message first"])


def test_what_may_not_be_looked_for_is_left_to_a_person(office: PostOffice) -> None:
    office.workspace.trouble.fail_next("chat.postMessage", cut=True, after=True)
    office.workspace.trouble.fail_next("conversations.history", "missing_scope")
    office.put()
    office.deliver()
    office.clock.move(seconds=5)
    office.deliver()
    assert office.state() == ("failed", UNSEEN.format(why=MAY_NOT_LOOK))
    office.clock.move(seconds=1)
    with writing(office.operations) as session:
        outbox.send_again(session, office.clock(), delivery_id=office.row().id)
    office.deliver()
    assert (office.state(), office.read()) == (("sent", None), ["message first"])


def test_waits_grow_until_it_is_too_late(office: PostOffice) -> None:
    office.workspace.trouble.fail_next("chat.postMessage", "ekm_access_denied", times=9)
    office.put(expires_at=NOW + timedelta(minutes=2))
    sent_at = []
    for _ in range(130):
        before = len(office.calls())
        office.deliver()
        sent_at += [(office.clock() - NOW).seconds] * (len(office.calls()) - before)
        office.clock.move(seconds=1)
    assert sent_at == [0, 5, 15, 35, 75]
    reason = "Slack did not take it (ekm_access_denied)."
    assert office.state() == ("missed", reason)
    assert office.told == [f"missed {office.care.id}: {reason}"]


def test_what_is_there_though_it_is_too_late_counts_as_sent(office: PostOffice) -> None:
    office.workspace.trouble.fail_next("chat.postMessage", cut=True, after=True)
    office.workspace.trouble.fail_next("chat.postMessage", cut=True)
    office.put("there", expires_at=NOW + timedelta(seconds=2), priority=outbox.Priority.ALERT)
    office.put("not there", to=office.ann.id, expires_at=NOW + timedelta(seconds=2))
    office.deliver()
    office.clock.move(seconds=5)
    office.deliver()
    assert (office.state("there"), office.read()) == (("sent", None), ["message there"])
    assert office.state("not there") == ("missed", "The connection to Slack broke off.")


def test_what_was_stopped_tells_nobody(office: PostOffice) -> None:
    office.workspace.trouble.fail_next("chat.postMessage", cut=True)
    office.put()
    office.deliver()
    office.put("later", expires_at=NOW + timedelta(hours=1), not_before=NOW + timedelta(minutes=1))
    with writing(office.operations) as session:
        assert outbox.stop(session, "test:1", office.clock()) == 2
    office.clock.move(seconds=5)
    office.deliver()
    assert (office.state(), office.state("later")) == (("stopped", STOPPED), ("stopped", STOPPED))
    assert (office.told, office.read()) == ([], [])


def test_refused_blocks_cost_the_chart_and_not_the_message(office: PostOffice) -> None:
    office.workspace.trouble.refuse_blocks("data_visualization")
    office.put(content={"message": {"text": "hello", "blocks": [TEXT, CHART]}})
    office.deliver()
    assert office.state() == ("sent", None)
    assert office.read() == ["hello\nVolume (contacts; day Mon to Mon)\nphone: 3"]


def test_message_is_rendered_when_it_is_sent(office: PostOffice) -> None:
    office.put("a", kind="secret", content={"secret": "7"})
    office.put("b", kind="secret", content={"secret": "withdrawn"}, to=office.ann.id)
    office.put("c", kind="new", content={"new": 1}, to="C0")
    office.deliver()
    assert (office.read(), office.state("a")) == (["secret 7"], ("sent", None))
    assert office.state("b") == ("failed", "The note was withdrawn. Write another one.")
    assert office.state("c")[0] == "failed"


def test_what_nobody_foresaw_holds_up_nothing_else(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    office.put("a", content={"message": {}}, priority=outbox.Priority.ALERT)
    office.put("b", to=office.ann.id)
    office.deliver()
    assert (office.state("a")[0], office.state("b")[0]) == ("pending", "sent")
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_process_that_was_asleep_has_lost_its_claim(office: PostOffice) -> None:
    office.put()
    (claim,) = office.courier.claim(1)
    office.clock.move(seconds=11)
    office.courier.deliver(claim)
    assert (office.calls(), office.state()) == ([], ("pending", None))
    office.deliver()
    assert office.calls() == ["chat.postMessage"]


def test_too_late_is_told_once(office: PostOffice) -> None:
    office.put(expires_at=NOW + timedelta(minutes=1))
    office.clock.move(minutes=1)
    office.deliver()
    office.deliver()
    assert office.told == [f"missed {office.care.id}: {TOO_LATE}"]


def test_looking_for_work_keeps_no_writer_waiting(office: PostOffice) -> None:
    with writing(office.operations):
        assert office.courier.claim(1) == []
        office.courier.expire()


def test_pace_is_kept_whoever_posts(office: PostOffice) -> None:
    pacing = Pacing(messages_per_minute=60)
    for number in range(5):
        office.put(f"{number}", to=office.workspace.add_channel(f"c{number}", with_bot=True).id)
    with writing(office.operations) as session:
        assert len(handover.claim(session, "a", NOW, 10, pacing)) == 2
        assert handover.claim(session, "b", NOW, 10, pacing) == []
    with reading(office.operations) as session:
        assert outbox.states(session, "test:1") == {
            DeliveryState.PENDING: 3,
            DeliveryState.CLAIMED: 2,
        }


def put_change(office: PostOffice, key: str, ts: str) -> None:
    office.put(key, content={"message": {"text": f"message {key}"}, "changes": ts})


def test_message_is_changed_where_it_stands(office: PostOffice) -> None:
    office.put()
    office.deliver()
    put_change(office, "second", str(office.row().ts))
    office.clock.move(seconds=2)
    office.workspace.trouble.fail_next("chat.update", cut=True, after=True)
    office.deliver()
    assert office.state("second")[0] == "pending"
    office.clock.move(seconds=30)
    office.deliver()
    assert (office.read(), office.state("second")) == (["message second"], ("sent", None))
    assert office.calls() == ["chat.postMessage", "chat.update", "chat.update"]


def test_change_that_slack_has_no_time_for_keeps_no_message_waiting(office: PostOffice) -> None:
    office.put()
    office.deliver()
    put_change(office, "second", str(office.row().ts))
    office.workspace.trouble.rate_limit("chat.update", 30)
    office.clock.move(seconds=2)
    office.deliver()
    office.put("third", to=office.ann.id)
    office.clock.move(seconds=2)
    office.deliver()
    assert (office.state("second")[0], office.state("third")[0]) == ("pending", "sent")
    office.clock.move(seconds=30)
    office.deliver()
    assert office.read() == ["message second"]


def test_message_that_is_gone_is_not_changed_again_and_again(office: PostOffice) -> None:
    put_change(office, "first", "1.000001")
    office.deliver()
    assert office.state() == ("failed", GONE["message_not_found"])
