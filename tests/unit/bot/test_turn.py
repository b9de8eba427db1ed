"""Reading what Teams sends."""

import copy
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.turn import Kind, MalformedActivity, Turn, message_text, plain_text, read_turn
from cards.verbs import Surface
from tests.unit.bot.activities import (
    BOT,
    CHANNEL,
    CHAT,
    PRIYA,
    SERVICE_URL,
    TEAM,
    TENANT,
    THREAD,
    Activity,
    bot_added,
    every_kind,
    executed,
    extension_opened,
    extension_submitted,
    in_channel,
    installed,
    mentioned,
    opened,
    submitted,
    typed,
    typing,
)


def test_a_message_in_the_bots_own_chat_says_who_and_where() -> None:
    turn = read_turn(typed("refer"))
    assert (turn.kind, turn.text) == (Kind.MESSAGE, "refer")
    assert (turn.tenant, turn.person_id, turn.user_id, turn.bot_id) == (TENANT, PRIYA, "29:1priya", BOT)
    assert (turn.conversation_id, turn.conversation_type, turn.service_url) == (CHAT, "personal", SERVICE_URL)
    assert turn.is_personal
    assert (turn.channel_id, turn.team_id) == ("", "")


def test_in_a_channel_the_mention_is_no_part_of_what_was_said() -> None:
    turn = read_turn(mentioned('<at id="0">Hub bot</at>&nbsp;my cases\n'))
    assert turn.text == "my cases"
    assert (turn.conversation_id, turn.channel_id, turn.team_id) == (THREAD, CHANNEL, TEAM)
    assert not turn.is_personal


def test_without_channel_data_the_channel_is_the_conversation_without_its_thread() -> None:
    activity = mentioned("<at>Hub</at> help")
    del activity["channelData"]
    turn = read_turn(activity)
    assert (turn.channel_id, turn.tenant) == (CHANNEL, TENANT)


def test_a_press_in_a_chat_gives_the_verb_and_what_was_typed() -> None:
    turn = read_turn(executed("refer.next", {"draft": "d1", "what": "Loud music"}))
    assert (turn.kind, turn.verb) == (Kind.INVOKE, "refer.next")
    assert turn.data == {"draft": "d1", "what": "Loud music"}
    assert turn.surface is Surface.CHAT
    assert not turn.automatic


def test_a_press_without_a_verb_of_its_own_takes_the_one_in_its_data() -> None:
    activity = executed("", {"verb": "refer.back"})
    del activity["value"]["action"]["verb"]
    assert read_turn(activity).verb == "refer.back"


def test_a_card_that_refreshes_itself_is_told_from_a_press() -> None:
    assert read_turn(executed("refer.open", trigger="automatic")).automatic


@pytest.mark.parametrize(
    "activity",
    [
        opened({"verb": "refer.open", "hub": "ALL"}),
        submitted({"verb": "refer.open", "hub": "ALL"}),
        extension_submitted({"verb": "refer.open", "hub": "ALL"}),
    ],
)
def test_a_press_for_a_dialog_gives_its_verb_and_a_dialog_as_the_place(activity: Activity) -> None:
    turn = read_turn(activity)
    assert (turn.verb, turn.said("hub"), turn.surface) == ("refer.open", "ALL", Surface.DIALOG)


def test_a_message_extensions_command_stands_in_for_the_verb() -> None:
    turn = read_turn(extension_opened("referMessage", "<p>Loud</p>"))
    assert (turn.verb, turn.surface) == ("referMessage", Surface.DIALOG)


def test_the_bots_coming_and_going_are_kinds_of_their_own() -> None:
    assert read_turn(installed()).kind is Kind.INSTALLATION
    assert read_turn(bot_added()).kind is Kind.CONVERSATION_UPDATE


def test_what_we_do_not_know_is_other() -> None:
    assert read_turn(typing()).kind is Kind.OTHER
    assert read_turn(typed("x") | {"type": "messageReaction"}).kind is Kind.OTHER


def test_ids_of_people_and_tenants_are_compared_in_small_letters() -> None:
    activity = typed("help")
    activity["from"]["aadObjectId"] = "ABCDEF00-0000-4000-8000-000000000001"
    activity["channelData"]["tenant"]["id"] = "FEDCBA00-0000-4000-8000-000000000001"
    turn = read_turn(activity)
    assert turn.person_id == "abcdef00-0000-4000-8000-000000000001"
    assert turn.tenant == "fedcba00-0000-4000-8000-000000000001"


def test_in_a_shared_channel_a_persons_tenant_is_their_own_and_the_conversations_is_the_hosts() -> None:
    activity = mentioned("<at>Hub</at> help")
    activity["from"]["tenantId"] = "FEDCBA00-0000-4000-8000-000000000001"
    turn = read_turn(activity)
    assert (turn.tenant, turn.host_tenant) == ("fedcba00-0000-4000-8000-000000000001", TENANT)


@pytest.mark.parametrize("value", [5, None, ["ALL"], {"hub": "ALL"}, True])
def test_what_a_button_carries_is_a_text_or_nothing(value: object) -> None:
    assert read_turn(opened({"verb": "refer.open", "hub": value})).said("hub") == ""


# --- what is no activity ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["type", "serviceUrl", "conversation"])
def test_an_activity_without_what_every_activity_has_is_malformed(part: str) -> None:
    activity = typed("help")
    del activity[part]
    with pytest.raises(MalformedActivity):
        read_turn(activity)


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("type", 5),
        ("type", ""),
        ("from", "Priya"),
        ("conversation", CHAT),
        ("conversation", {"id": 5}),
        ("channelData", [1]),
        ("channelData", {"tenant": TENANT}),
        ("recipient", "the bot"),
        ("text", {"said": "help"}),
        ("name", 7),
        ("id", 7),
    ],
)
def test_an_activity_with_a_part_of_another_type_is_malformed(part: str, wrong: object) -> None:
    with pytest.raises(MalformedActivity, match=r"^[a-zA-Z]+ is (not an object|missing or is not text)$"):
        read_turn(typed("help") | {part: wrong})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KNOWN = [
    "type",
    "name",
    "from",
    "conversation",
    "channelData",
    "serviceUrl",
    "value",
    "recipient",
    "text",
    "id",
]


def paths(activity: object, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        activity.items()
        if isinstance(activity, dict)
        else enumerate(activity)
        if isinstance(activity, list)
        else ()
    )
    return [place] * bool(place) + [path for key, part in inner for path in paths(part, (*place, key))]


@st.composite
def spoilt_activities(draw: st.DrawFn) -> Activity:
    """A real activity with one part, anywhere in it, turned into something else."""
    activity = copy.deepcopy(draw(st.sampled_from(list(every_kind().values()))))
    *way, last = draw(st.sampled_from(paths(activity)))
    part: Any = activity
    for step in way:
        part = part[step]
    part[last] = draw(json_values)
    return activity


@given(
    st.one_of(
        spoilt_activities(),
        st.dictionaries(st.sampled_from(KNOWN) | st.text(max_size=8), json_values, max_size=8),
    )
)
def test_any_json_object_gives_a_turn_or_is_malformed(activity: Activity) -> None:
    try:
        turn = read_turn(activity)
    except MalformedActivity:
        return
    assert isinstance(turn, Turn)
    assert turn.conversation_id
    assert turn.service_url
    assert all(
        isinstance(getattr(turn, name), str) for name in ("verb", "text", "tenant", "person_id", "channel_id")
    )


def test_a_turn_shows_nothing_of_what_was_sent_when_printed() -> None:
    """`raw` holds everything: it must not slip into a log with the rest."""
    assert "Priya Raman" not in repr(read_turn(typed("help")))


# --- plain text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("", ""),
        ("help", "help"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<div>a&nbsp;b &amp; c</div>", "a b & c"),
        ("<ul><li>first</li><li>second</li></ul>", "first\nsecond"),
        ("<p>One</p><p>&nbsp;</p><p>&nbsp;</p><p>&nbsp;</p><p>Two</p>", "One\n\nTwo"),
        ("two  spaces\tand a tab", "two spaces and a tab"),
        ("&lt;b&gt;typed&lt;/b&gt;", "<b>typed</b>"),
        ("3 < 5", "3 < 5"),
        ('<a href="https://x.example">a link</a>', "a link"),
        ("<P>shouted</P><BR>", "shouted"),
    ],
)
def test_a_messages_markup_becomes_plain_text(markup: str, plain: str) -> None:
    assert plain_text(markup) == plain


@given(st.text())
def test_plain_text_holds_no_white_space_at_its_ends_and_no_gaps(text: str) -> None:
    plain = plain_text(text)
    assert plain == plain.strip()
    assert "\n\n\n" not in plain


@pytest.mark.parametrize("piece", ["<at>", "<", "<br ", "<p><", "\n \n", "&lt;", "</"])
def test_a_huge_message_made_to_be_slow_is_read_at_once(piece: str) -> None:
    """It is read before anybody knows who sent it, and while it is read nobody else is answered."""
    began = time.process_time()
    read_turn(typed(piece * (60_000 // len(piece))))
    assert time.process_time() - began < 0.3


# --- the message that a message extension was used on ----------------------------------------------------------------


def test_the_extension_gives_the_messages_text() -> None:
    turn = read_turn(
        extension_opened("referMessage", "<p>Loud music at <b>12 High Street</b></p><p>again</p>")
    )
    assert message_text(turn) == "Loud music at 12 High Street\nagain"


def test_a_message_that_is_plain_text_is_taken_as_it_stands() -> None:
    turn = read_turn(extension_opened("referMessage", " 3 <4> 5 &amp; ", content_type="text"))
    assert message_text(turn) == "3 <4> 5 &amp;"


@pytest.mark.parametrize(
    "activity", [extension_opened("refer"), typed("help"), in_channel(type="invoke", value=[1])]
)
def test_where_there_is_no_message_there_is_no_text(activity: Activity) -> None:
    assert message_text(read_turn(activity)) == ""
