from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from osara_store import conversations, moves, notes, requests, restricting, viewing
from osara_store.case_file import Access, By, CaseFile, InformationRequest, case_file
from osara_store.directory import Actor, Directory
from osara_store.errors import Incomplete, NotAllowed, NotFound
from osara_store.outbox import Kind
from osara_store.policy import Reason
from osara_store.requests import Tally
from osara_store.schema import CaseState, Reply, Stage, audit, clocks, outbox
from osara_store.states import Move
from tests.unit.osara_store.files import a_file, a_task

from .casework import about, set_case, worked
from .conftest import Store
from .world import ALL, AMY, HELEN, IAN, MARK, NOON, PRIYA, RUTH, TENANT, TOM, hubs_file, person_id

LATER = NOON + timedelta(hours=1)
WHY = "To see who else knows the address before we visit."


def directory(**agencies: dict[str, str]) -> Directory:
    """The usual hubs with something more said of these agencies."""
    file = hubs_file()
    for agency in file["agencies"]:
        agency.update(agencies.get(agency["id"], {}))
    file["categories"][0]["ask"] = ["council"]
    return Directory.model_validate(file)


USUAL = directory()
NAMED = directory(council={"contact": HELEN.object_id, "deputy": IAN.object_id})


def accepted(tx: sa.Connection, state: CaseState = CaseState.TRIAGED) -> CaseFile:
    return worked(tx, state, band="medium")


def meet(tx: sa.Connection, someone: Actor, *, unreachable: bool = False) -> None:
    conversations.remember_person(
        tx,
        tenant=TENANT,
        object_id=someone.object_id,
        service_url="https://teams.example/",
        user_id=f"29:{someone.object_id}",
        conversation_id="a:chat",
        bot_id="28:bot",
        now=NOON,
    )
    if unreachable:
        key = conversations.person_key(TENANT, someone.object_id)
        conversations.mark_unreachable(tx, key, "the app was removed", NOON)


def ask(
    tx: sa.Connection, file: CaseFile, *agencies: str, who=TOM, of=NAMED, reason=WHY, now=LATER
) -> CaseFile:
    return requests.ask(tx, **about(file, who), directory=of, agencies=agencies, reason=reason, now=now)


def answer(tx: sa.Connection, file: CaseFile, who=IAN, reply=Reply.NOTHING, note="", n=1, now=LATER):
    return requests.answer(tx, **about(file, who), n=n, reply=reply, note=note, now=now)


def sent(store: Store, kind: Kind) -> list[dict]:
    return [row["payload"] for row in store.rows(outbox, outbox.c.kind == kind)]


def key_of(someone: Actor) -> tuple[str, str]:
    return someone.tenant, someone.object_id


# --- whom to ask -----------------------------------------------------------------------------------------------------


def test_those_that_may_receive_are_on_offer_the_suggested_ones_first_and_never_who_leads(store: Store):
    with store.begin() as tx:
        offered = requests.suggested(accepted(tx), USUAL, ALL, NOON.date())

    assert [(each.agency.id, each.people, each.is_suggested) for each in offered] == [
        ("council", 2, True),
        ("police", 2, False),
    ]


def test_an_agency_whose_kind_of_power_is_used_in_the_case_is_suggested(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        power = next(power for power in USUAL.powers if power.owner == "police")
        task = replace(a_task(), power=power.id)
        offered = requests.suggested(replace(file, tasks=(task,)), USUAL, ALL, NOON.date())

    assert [each.agency.id for each in offered if each.is_suggested] == ["police", "council"]


def test_of_a_restricted_case_only_agencies_with_somebody_on_its_list_are_on_offer(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        people = [Access(TENANT, each.object_id, each.name) for each in (TOM, RUTH)]
        file = restricting.restrict(tx, **about(file, TOM), people=people, reason="A threat.", now=LATER)
        offered = requests.suggested(file, USUAL, ALL, NOON.date())
        with pytest.raises(Incomplete, match="filled in"):
            ask(tx, file, "council")

    assert [(each.agency.id, each.people) for each in offered] == [("police", 2)]


# --- asking ----------------------------------------------------------------------------------------------------------


def test_asking_writes_down_why_and_by_when_and_the_case_moves_on(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        file = ask(tx, accepted(tx), "council", "police")

    assert file.case.state is CaseState.SHARING
    assert [(move.move, move.reason) for move in file.moves] == [("share", WHY)]
    council, police = file.requests
    assert (council.n, council.agency_id, council.reason, council.reply) == (1, "council", WHY, "")
    # Five working days from Monday 2 March, at the end of the working day.
    assert council.due_at == datetime(2026, 3, 9, 17, tzinfo=UTC)
    assert council.by.is_by(TOM)
    assert (police.n, police.told) == (2, ())
    assert [row["action"] for row in store.rows(audit)][-1] == "case.partners_asked"


def test_the_contact_is_written_to(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        meet(tx, IAN)
        file = ask(tx, accepted(tx), "council")

    assert file.requests[0].told == (key_of(HELEN),)
    assert sent(store, Kind.REQUEST_CARD) == [
        {"case_id": file.case.id, "n": 1, "tenant": TENANT, "person": HELEN.object_id}
    ]
    assert sent(store, Kind.REQUEST_CALL) == []


@pytest.mark.parametrize("was_met", [True, False], ids=["out of reach", "never met"])
def test_where_the_contact_cannot_be_reached_the_deputy_is_written_to_as_well(store: Store, was_met: bool):
    with store.begin() as tx:
        if was_met:
            meet(tx, HELEN, unreachable=True)
        meet(tx, IAN)
        file = ask(tx, accepted(tx), "council")

    assert file.requests[0].told == (key_of(HELEN), key_of(IAN))
    assert sent(store, Kind.REQUEST_CALL) == []


def test_where_neither_can_be_reached_the_hubs_channel_is_called(store: Store):
    with store.begin() as tx:
        file = ask(tx, accepted(tx), "council")

    assert sent(store, Kind.REQUEST_CALL) == [{"case_id": file.case.id, "n": 1, "named": True}]


def test_where_the_file_names_nobody_the_first_who_can_be_reached_is_written_to(store: Store):
    with store.begin() as tx:
        meet(tx, IAN)
        file = ask(tx, accepted(tx), "council", of=USUAL)

    assert file.requests[0].told == (key_of(IAN),)


def test_nobody_is_written_to_who_is_not_on_the_list_of_a_restricted_case(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        meet(tx, IAN)
        file = accepted(tx)
        people = [Access(TENANT, each.object_id, each.name) for each in (TOM, IAN)]
        file = restricting.restrict(tx, **about(file, TOM), people=people, reason="A threat.", now=LATER)
        file = ask(tx, file, "council")

    assert file.requests[0].told == (key_of(IAN),)


@pytest.mark.parametrize(
    "agencies",
    [("unsigned",), ("college",), ("kitchen",), ("border",), ("homes",), ("gone",), ("council", "unsigned"), ()],
    ids=["unsigned", "out of date", "outside", "another hub's", "the one that leads", "unknown", "one of two", "none"],
)  # fmt: skip
def test_none_but_agencies_that_may_be_asked_are_asked(store: Store, agencies: tuple[str, ...]):
    with store.begin() as tx:
        file = accepted(tx)
        with pytest.raises(Incomplete) as refusal:
            ask(tx, file, *agencies)
        assert case_file(tx, file.case.id).requests == ()

    assert refusal.value.missing == ("agencies",)


def test_a_request_needs_its_reason(store: Store):
    with store.begin() as tx, pytest.raises(Incomplete) as refusal:
        ask(tx, accepted(tx), "council", reason="  ")

    assert refusal.value.missing == ("reason",)


def test_to_ask_an_agency_that_still_owes_an_answer_is_a_repeat(store: Store):
    with store.begin() as tx:
        file = ask(tx, accepted(tx), "council")
        again = ask(tx, file, "council")
        more = ask(tx, file, "council", "police")

    assert again.requests == file.requests
    assert [request.agency_id for request in more.requests] == ["council", "police"]


def test_who_has_answered_can_be_asked_again_and_counts_once(store: Store):
    with store.begin() as tx:
        file = answer(tx, ask(tx, accepted(tx), "council"))
        file = ask(tx, file, "council", reason="There is a new address.")

    assert [request.n for request in file.requests] == [1, 2]
    assert requests.tally(file, LATER) == Tally(1, 0, 0, 0, 0, 0, 1, 0)


@pytest.mark.parametrize("who", [PRIYA, IAN, RUTH], ids=["lead", "partner", "inspector"])
def test_only_those_who_run_the_case_ask(store: Store, who: Actor):
    with store.begin() as tx, pytest.raises(NotAllowed) as refusal:
        ask(tx, accepted(tx), "council", who=who)

    assert refusal.value.reason == Reason.NOT_YOUR_PART


def test_a_later_round_of_asking_moves_nothing(store: Store):
    with store.begin() as tx:
        file = ask(tx, accepted(tx, CaseState.ANALYSIS), "council")

    assert (file.case.state, file.moves) == (CaseState.ANALYSIS, ())


# --- answering -------------------------------------------------------------------------------------------------------


def test_anybody_of_the_agency_answers_for_it(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        file = answer(tx, ask(tx, accepted(tx), "council"), IAN, Reply.PART, "We can visit with you.")

    (request,) = file.requests
    assert (request.reply, request.note) == ("part", "We can visit with you.")
    assert (request.replied_id, request.replied_name, request.replied_at) == (
        IAN.object_id,
        IAN.name,
        LATER,
    )
    entry = file.entries[-1]
    assert (entry.kind, entry.stage, entry.text, entry.author_name) == (
        "reply",
        Stage.SCANNING,
        "We have a part to play\nWe can visit with you.",
        IAN.name,
    )
    assert key_of(IAN) in {(each.tenant, each.person) for each in file.contributors}
    # The card of whoever was written to follows.
    assert len(sent(store, Kind.REQUEST_CARD)) == 2


def test_nothing_held_makes_nobody_a_contributor(store: Store):
    with store.begin() as tx:
        file = answer(tx, ask(tx, accepted(tx), "council"), IAN, Reply.NOTHING, "Not on our books.")

    assert file.contributors == ()


@pytest.mark.parametrize("who", [TOM, PRIYA], ids=["coordinator", "lead"])
def test_nobody_answers_for_another_agency(store: Store, who: Actor):
    with store.begin() as tx, pytest.raises(NotAllowed) as refusal:
        answer(tx, ask(tx, accepted(tx), "council"), who)

    assert refusal.value.reason == Reason.NOT_YOUR_PART


@pytest.mark.parametrize("who", [MARK, AMY], ids=["unsigned", "out of date"])
def test_an_agency_whose_agreement_does_not_hold_answers_nothing(store: Store, who: Actor):
    with store.begin() as tx:
        file = ask(tx, accepted(tx), "council")
        with pytest.raises(NotAllowed):
            answer(tx, file, who)


def test_a_request_that_was_never_made_is_not_answered(store: Store):
    with store.begin() as tx:
        file = ask(tx, accepted(tx), "council")
        with pytest.raises(NotFound):
            answer(tx, file, n=2)


def test_an_answer_may_change_and_every_one_stays_in_the_file(store: Store):
    with store.begin() as tx:
        file = answer(tx, ask(tx, accepted(tx), "council"))
        file = answer(tx, file, HELEN, Reply.CALL)

    assert file.requests[0].reply == "call"
    assert [entry.text for entry in file.entries if entry.kind == "reply"] == [
        "Nothing held",
        "Please call me",
    ]


def test_the_same_answer_again_is_a_repeat_and_keeps_the_note(store: Store):
    with store.begin() as tx:
        file = answer(tx, ask(tx, accepted(tx), "council"), reply=Reply.SOMETHING, note="Two letters.")
        again = answer(tx, file, reply=Reply.SOMETHING)

    assert again.requests == file.requests
    assert len(again.entries) == len(file.entries)


def test_nothing_is_answered_in_a_case_that_has_ended(store: Store):
    with store.begin() as tx:
        file = ask(tx, accepted(tx), "council")
        set_case(tx, file.case.id, state=CaseState.CLOSED)
        with pytest.raises(NotAllowed) as refusal:
            answer(tx, file)

    assert refusal.value.reason == Reason.NOT_NOW


def test_the_clock_of_the_replies_is_met_with_the_last_of_them(store: Store):
    with store.begin() as tx:
        file = accepted(tx)
        _start_clock(tx, file)
        file = answer(tx, ask(tx, file, "council", "police"))
        first = _information_clock(file)
        file = answer(tx, file, TOM, n=2)
        last = _information_clock(file)

    assert (first.met_at, last.met_at) == (None, LATER)


def _start_clock(tx: sa.Connection, file: CaseFile) -> None:
    row = {"case_id": file.case.id, "n": len(file.clocks) + 1, "kind": "information", "band": "medium"}
    tx.execute(sa.insert(clocks), {**row, "started_at": NOON, "due_at": NOON + timedelta(days=7)})


def _information_clock(file: CaseFile):
    return next(clock for clock in file.clocks if clock.kind == "information")


# --- counting, and what follows the case -----------------------------------------------------------------------------


def test_the_tally_counts_replies_nil_returns_and_silence():
    def request(n: int, reply: str) -> InformationRequest:
        by = By(TENANT, person_id(2), "Tom Airey", "police", NOON)
        return InformationRequest(n, f"agency-{n}", WHY, LATER, (), reply, "", "", "", "", None, None, by)

    replies = ("nothing", "nothing", "something", "part", "call", "", "")
    file = replace(a_file(), requests=tuple(request(n, reply) for n, reply in enumerate(replies)))

    assert requests.tally(file, LATER) == Tally(7, 5, 2, 1, 1, 1, 2, 0)
    assert requests.tally(file, LATER + timedelta(minutes=1)).overdue == 2


def test_the_cards_are_drawn_anew_when_the_case_ends_or_is_restricted_and_not_for_every_note(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        file = ask(tx, accepted(tx), "council")
        notes.write(tx, **about(file, IAN), stage=Stage.SCANNING, text="Seen.", grade="fact", now=LATER)
        assert len(sent_in(tx)) == 1
        people = [Access(TENANT, TOM.object_id, TOM.name)]
        file = restricting.restrict(tx, **about(file, TOM), people=people, reason="A threat.", now=LATER)
        assert len(sent_in(tx)) == 2
        file = moves.move(
            tx,
            directory=NAMED,
            **about(file, TOM),
            move=Move.SIGNPOST,
            seen=file.case.moves,
            reason="The noise team can measure it.",
            now=LATER,
        )
        assert len(sent_in(tx)) == 3


def sent_in(tx: sa.Connection, kind: Kind = Kind.REQUEST_CARD) -> list:
    return list(tx.execute(sa.select(outbox).where(outbox.c.kind == kind)))


def test_who_opens_the_case_sees_the_requests_in_it(store: Store):
    with store.begin() as tx:
        file = ask(tx, accepted(tx), "council")
        viewed = viewing.open_case(
            tx,
            actor=IAN,
            hub_of=USUAL.hub,
            reference=file.case.reference,
            what="test",
            now=LATER,
        )

    assert requests.own(viewed.file, "council") == file.requests[0]
    assert requests.own(viewed.file, "police") is None


def test_who_cannot_be_reached_after_all_is_called_for_in_the_channel_once(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        file = ask(tx, accepted(tx), "council")
        requests.call_if_out_of_reach(tx, file.case.id, 1, LATER)
        assert sent_in(tx, Kind.REQUEST_CALL) == []
        meet(tx, HELEN, unreachable=True)
        for _ in range(2):
            requests.call_if_out_of_reach(tx, file.case.id, 1, LATER)
        assert len(sent_in(tx, Kind.REQUEST_CALL)) == 1
