"""Several people with forms of any age, saving and choosing in any order: no text is lost, and nothing goes unseen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from osara_store import answers
from osara_store.answers import Clash, Saved
from osara_store.case_file import Answer, CaseFile, case_file
from osara_store.directory import Actor
from osara_store.stages import Part

from .casework import about, worked
from .conftest import Store
from .world import HELEN, NOON, PRIYA, SUE, TOM

STORE = settings.get_profile("store")
# One that starts with a suggestion, one that does not.
FIELDS = ("statement", "sources")
PEOPLE = st.sampled_from([PRIYA, SUE, TOM, HELEN])
TEXTS = st.sampled_from(
    ["", "Calls", "Diary", "Survey", "Calls\nDiary", "Loud music until three in the morning, most nights."]
)
TYPED = st.dictionaries(st.sampled_from(FIELDS), TEXTS, min_size=1)


@dataclass(frozen=True)
class Form:
    """A page on somebody's screen. It stays there, however old it grows."""

    person: Actor
    start: Mapping[str, str]
    versions: Mapping[str, int]
    shown: frozenset[tuple[str, int]]  # the answers, by field and number, that can be read on it


@dataclass(frozen=True)
class ClashPage:
    person: Actor
    clash: Clash


class AnswersMachine(RuleBasedStateMachine):
    store: Store

    @initialize()
    def begin_a_case(self):
        with self.store.begin() as tx:
            self.file = worked(tx)
        self.now = NOON
        self.forms: list[Form] = []
        self.pages: list[ClashPage] = []
        self.typed: set[tuple[str, str]] = set()
        # Who wrote each answer, and which others were on the screen they wrote it on.
        self.screens: dict[tuple[str, int], frozenset[tuple[str, int]]] = {}

    def rows(self, field: str) -> list[Answer]:
        return [each for each in self.file.answers if each.field == field]

    @rule(person=PEOPLE)
    def open_a_form(self, person: Actor):
        standing = {field: self.file.standing.get((1, field)) for field in FIELDS}
        self.forms.append(
            Form(
                person,
                {
                    field: each.text if each else answers.suggestion(self.file, field)
                    for field, each in standing.items()
                },
                {field: each.n for field, each in standing.items() if each},
                frozenset((field, each.n) for field, each in standing.items() if each),
            )
        )

    @precondition(lambda self: self.forms)
    @rule(data=st.data(), typed=TYPED)
    def save(self, data: st.DataObject, typed: dict[str, str]):
        """Also from a form that was saved already, or that others have overtaken."""
        form = data.draw(st.sampled_from(self.forms))
        self.now += timedelta(minutes=1)
        with self.store.begin() as tx:
            saved = answers.save(
                tx,
                **about(self.file, form.person),
                part=Part.SCANNING,
                cycle=1,
                typed={**form.start, **typed},
                versions=form.versions,
                now=self.now,
            )
        touched = {field for field, text in typed.items() if text != form.start[field]}
        assert {clash.field for clash in saved.clashes} <= touched
        self.typed |= {(field, typed[field]) for field in touched}
        self.after(form.person, form.shown, saved)

    @precondition(lambda self: self.pages)
    @rule(data=st.data(), text=st.none() | TEXTS)
    def choose(self, data: st.DataObject, text: str | None):
        """One of the texts that are shown, or another; also from a page that is long out of date."""
        page = data.draw(st.sampled_from(self.pages))
        clash = page.clash
        on_the_page = (clash.theirs, *clash.others)
        settled = text or data.draw(st.sampled_from([clash.mine, *(each.text for each in on_the_page)]))
        self.now += timedelta(minutes=1)
        with self.store.begin() as tx:
            saved = answers.choose(
                tx,
                **about(self.file, page.person),
                cycle=1,
                chosen={clash.field: settled},
                versions={clash.field: clash.seen},
                now=self.now,
            )
        self.typed.add((clash.field, settled))
        self.after(page.person, frozenset((clash.field, each.n) for each in on_the_page), saved)

    def after(self, person: Actor, shown: frozenset[tuple[str, int]], saved: Saved):
        before = {(each.field, each.n) for each in self.file.answers}
        self.pages += [ClashPage(person, clash) for clash in saved.clashes]
        self.file = saved.file
        for new in {(each.field, each.n) for each in saved.file.answers} - before:
            self.screens[new] = shown

    @precondition(lambda self: self.pages)
    @rule()
    def choosing_with_everything_on_the_screen_settles_it(self):
        page = self.pages[-1]
        with self.store.begin() as tx:
            fresh = answers.choose(
                tx,
                **about(self.file, page.person),
                cycle=1,
                chosen={page.clash.field: page.clash.mine},
                versions={page.clash.field: max(each.n for each in self.rows(page.clash.field))},
                now=self.now,
            )
        assert fresh.clashes == ()
        assert fresh.file.answer(page.clash.field) == page.clash.mine
        everything = frozenset((page.clash.field, each.n) for each in self.rows(page.clash.field))
        self.after(page.person, everything, fresh)
        assert all(each.field != page.clash.field for each in self.file.asides)

    @invariant()
    def every_text_that_was_ever_typed_is_kept(self):
        nothing = {(field, "") for field in FIELDS}
        assert self.typed <= {(each.field, each.text) for each in self.file.answers} | nothing

    @invariant()
    def what_stood_or_waited_was_only_replaced_by_somebody_who_had_seen_it(self):
        for field in FIELDS:
            pending: list[Answer] = []
            for row in self.rows(field):
                if row.standing:
                    screen = self.screens[field, row.n]
                    for each in pending:
                        own_aside = not each.standing and each.by.author_id == row.by.author_id
                        assert own_aside or (field, each.n) in screen
                    pending = []
                pending.append(row)

    @invariant()
    def the_answers_of_a_field_are_numbered_without_a_gap(self):
        for field in FIELDS:
            rows = self.rows(field)
            assert [row.n for row in rows] == list(range(1, len(rows) + 1))

    @invariant()
    def what_a_command_returned_is_what_the_database_holds(self):
        with self.store.begin() as tx:
            held: CaseFile = case_file(tx, self.file.case.id)
        assert held.answers == self.file.answers


def test_no_text_is_lost_whoever_saves_what_in_whatever_order(store: Store):
    machine = type("Machine", (AnswersMachine,), {"store": store})
    run_state_machine_as_test(machine, settings=settings(STORE, max_examples=60, stateful_step_count=30))
