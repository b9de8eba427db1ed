"""Finding what a client's request names: a person, a conversation of theirs, a message in it."""

from __future__ import annotations

from http import HTTPStatus

from sandbox.teams.errors import Refusal
from sandbox.teams.ids import split_thread
from sandbox.teams.messages import Message
from sandbox.teams.places import Chat, Place
from sandbox.teams.pressing import Spot
from sandbox.teams.world import World
from sandbox.tenant import Person


class Finder:
    """Every method raises a Refusal where there is no such thing for this person."""

    def __init__(self, world: World) -> None:
        self._world = world

    def person(self, id_: str) -> Person:
        person = self._world.tenant.people.get(id_.lower())
        if person is None:
            raise Refusal("Nobody in the tenant has this id.", status=HTTPStatus.NOT_FOUND)
        return person

    def place(self, person: Person, conversation: str) -> Place:
        place = self._world.places.find(split_thread(conversation)[0])
        if place is None or not self._world.places.is_member(person, place):
            raise Refusal("This person has no such conversation.", status=HTTPStatus.NOT_FOUND)
        return place

    def person_in(self, id_: str, conversation: str) -> tuple[Person, Place]:
        person = self.person(id_)
        return person, self.place(person, conversation)

    def message(self, place: Place, id_: str) -> Message:
        message = self._world.messages.find(place.id, int(id_)) if id_.isdigit() else None
        if message is None:
            raise Refusal("There is no such message in this conversation.", status=HTTPStatus.NOT_FOUND)
        return message

    def root(self, place: Place, reply_to: str | None) -> int | None:
        """Return the thread that a reply goes to; chats have none."""
        return self.message(place, reply_to).root if reply_to and not isinstance(place, Chat) else None

    def spot(self, person_id: str, conversation: str, message: str) -> Spot:
        person, place = self.person_in(person_id, conversation)
        return Spot(person, place, self.message(place, message))

    def check_app(self, person: Person, place: Place) -> None:
        """Refuse what goes to a bot that was taken away; the person's own installation is enough."""
        if not (self._world.places.has_app(person) or self._world.places.bot_is_in(place)):
            raise Refusal("The app is not installed for this person or here; add it first.")
