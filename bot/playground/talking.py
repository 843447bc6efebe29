"""What a person does with words: slash commands, messages, mentions, opening the app's Home."""

from __future__ import annotations

from bot.playground.acting import Actor
from bot.playground.conversations import Conversation, Kind
from bot.playground.errors import NotDeclaredError, RefusedError
from bot.playground.escaping import encode_command_text, encode_entities, encode_message_text
from bot.playground.messages import Message
from bot.playground.methods.arguments import Arguments
from bot.playground.payloads import Payload, event, slash_command
from bot.playground.record import Exchange
from bot.playground.responding import post_answer
from bot.playground.state import State
from bot.playground.tickets import ResponseTicket
from bot.playground.views import describe_view

MESSAGE_EVENTS = {
    Kind.PUBLIC: ("message.channels", "channel"),
    Kind.PRIVATE: ("message.groups", "group"),
    Kind.DIRECT: ("message.im", "im"),
    Kind.GROUP_DIRECT: ("message.mpim", "mpim"),
}
"""The event a message makes in each kind of conversation, and its ``channel_type``."""

NEEDED_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}


def run_command(actor: Actor, conversation: Conversation, typed: str) -> Exchange:
    """Type ``/kpi fcr weekly`` and press return; what the app answers at once is posted."""
    state, person = actor.state, actor.person
    name, _, text = typed.strip().partition(" ")
    command = state.manifest.command(name)
    if command is None or "commands" not in state.manifest.scopes:
        raise NotDeclaredError(f"the manifest declares no command {name} with scope commands")
    text = text.strip()
    escaped = (
        encode_command_text(state, person, text) if command.should_escape else encode_entities(text)
    )
    with state.changing():
        payload, ticket = slash_command(state, person, conversation, name, escaped)
    exchange = actor.delivery.send("slash_commands", payload)
    if exchange.is_acknowledged:
        _post_acknowledgement(state, exchange, ticket)
    return exchange


def write(
    actor: Actor, conversation: Conversation, text: str, thread_ts: str | None = None
) -> tuple[Message, list[Exchange]]:
    """Post a message as a person, and send the app what it subscribed to."""
    state, person = actor.state, actor.person
    if conversation.kind is Kind.DIRECT and state.bot.id in conversation.members:
        _refuse_closed_messages_tab(state)
    with state.changing():
        message = Message(
            ts=state.identifiers.next_ts(),
            channel_id=conversation.id,
            user_id=person.id,
            text=encode_message_text(state, person, text),
            thread_ts=thread_ts,
            team_id=person.team_id,
        )
        state.messages.append(message)
        payloads = _message_events(state, message, conversation)
    return message, [actor.delivery.send_event(payload) for payload in payloads]


def open_home(actor: Actor, tab: str) -> Exchange:
    """Open the app's Home (tab ``home``) or its direct message (tab ``messages``)."""
    state, person = actor.state, actor.person
    refuse_undeclared_event(state, "app_home_opened")
    is_there = state.manifest.has_home_tab if tab == "home" else state.manifest.has_messages_tab
    if not is_there:
        raise NotDeclaredError(f"the manifest does not enable the {tab} tab")
    with state.changing():
        direct = state.direct_conversation({person.id, state.bot.id})
        content: Payload = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": direct.id,
            "tab": tab,
            "event_ts": state.identifiers.next_ts(),
        }
        home = state.views.homes.get(person.id)
        if home is not None and tab == "home":
            content["view"] = describe_view(
                home, team_id=state.team.id, app_id=state.app_id, bot_id=state.bot_id
            )
        payload = event(state, content, direct)
    return actor.delivery.send_event(payload)


def refuse_undeclared_event(state: State, name: str) -> None:
    """Refuse what Slack would not send: not subscribed, or its scope not granted."""
    scope = NEEDED_SCOPES.get(name)
    if name not in state.manifest.events:
        raise NotDeclaredError(f"the manifest does not subscribe to {name}")
    if scope and scope not in state.manifest.scopes:
        raise NotDeclaredError(f"{name} needs the scope {scope}, which the manifest lacks")


def _refuse_closed_messages_tab(state: State) -> None:
    manifest = state.manifest
    if not manifest.has_messages_tab or manifest.is_messages_tab_read_only:
        raise NotDeclaredError("the manifest lets nobody write to the app")


def _post_acknowledgement(state: State, exchange: Exchange, ticket: ResponseTicket) -> None:
    """The acknowledgement's own text or blocks are an answer too."""
    body = exchange.body
    if not body:
        return
    values = {"text": body} if isinstance(body, str) else body
    with state.changing():
        try:
            post_answer(state, ticket, Arguments(values))
        except RefusedError as refusal:
            exchange.problem = f'{exchange.payload["command"]} failed: "{refusal.code}"'


def _message_events(state: State, message: Message, conversation: Conversation) -> list[Payload]:
    """The subscribed events that a message makes where the bot is."""
    if state.bot.id not in conversation.members:
        return []
    name, channel_type = MESSAGE_EVENTS[conversation.kind]
    content = {
        "user": message.user_id,
        "ts": message.ts,
        "client_msg_id": state.identifiers.next_id("M"),
        "text": message.text,
        "team": message.team_id,
        "channel": conversation.id,
        "event_ts": message.ts,
    }
    if message.thread_ts:
        content["thread_ts"] = message.thread_ts
    contents: list[Payload] = []
    if name in state.manifest.events:
        refuse_undeclared_event(state, name)
        contents.append({"type": "message", **content, "channel_type": channel_type})
    is_mention = f"<@{state.bot.id}>" in message.text and not conversation.kind.is_direct
    if is_mention and "app_mention" in state.manifest.events:
        refuse_undeclared_event(state, "app_mention")
        contents.append({"type": "app_mention", **content})
    return [event(state, content, conversation) for content in contents]
