"""What a hub's manager and a person have set for themselves, over what the hubs file says."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Final, Literal, TypeVar

import sqlalchemy as sa

from osara_store.directory import Actor, Hub
from osara_store.hub_preferences import HubPreferences, TimeOfDay
from osara_store.schema import hub_settings, person_settings
from osara_store.setting import Setting
from osara_store.statements import PerDatabase

Kept = TypeVar("Kept", bound=Setting)


class PersonPreferences(Setting):
    """What one person has set. Without a time of their own they get the digest at their hub's."""

    digest_at: TimeOfDay | None = None
    digest: Literal["all", "urgent"] = "all"


_OF_HUB: Final = sa.select(hub_settings.c.name, hub_settings.c.value).where(
    hub_settings.c.hub_id == sa.bindparam("this_hub")
)
_OF_PERSON: Final = sa.select(person_settings.c.name, person_settings.c.value).where(
    person_settings.c.tenant == sa.bindparam("of_tenant"),
    person_settings.c.person == sa.bindparam("of_person"),
)

_OWN_TIMES: Final = sa.select(
    person_settings.c.tenant, person_settings.c.person, person_settings.c.value
).where(person_settings.c.name == "digest_at")


def _newest(*key: str, also: tuple[str, ...]) -> Any:
    """The INSERT that puts a value in place of the one that was there."""

    def build(insert: Any) -> Any:
        new = {name: insert.excluded[name] for name in ("value", *also)}
        return insert.on_conflict_do_update(index_elements=[*key, "name"], set_=new)

    return build


_BY: Final = ("author_tenant", "author_id", "author_name", "author_agency_id", "at")
_KEEP_OF_HUB: Final = PerDatabase(hub_settings, _newest("hub_id", also=_BY))
_KEEP_OF_PERSON: Final = PerDatabase(person_settings, _newest("tenant", "person", also=("at",)))


def hub_preferences(connection: sa.Connection, hub: Hub) -> HubPreferences:
    """What holds in the hub now."""
    kept = {row.name: row.value for row in connection.execute(_OF_HUB, {"this_hub": hub.id})}
    return _laid_over(hub.notices or HubPreferences(), kept)


def hub_setting(connection: sa.Connection, hub: Hub, name: str) -> Any:
    """One of the `HubPreferences` by its name."""
    return getattr(hub_preferences(connection, hub), name)


def person_preferences(connection: sa.Connection, tenant: str, person: str) -> PersonPreferences:
    """What somebody has set for themselves."""
    terms = {"of_tenant": tenant, "of_person": person}
    kept = {row.name: row.value for row in connection.execute(_OF_PERSON, terms)}
    return _laid_over(PersonPreferences(), kept)


def digest_time(connection: sa.Connection, actor: Actor, hub: Hub) -> time:
    """At what time of day in this hub somebody gets their digest."""
    own = person_preferences(connection, actor.tenant, actor.object_id).digest_at
    return own if own is not None else hub_preferences(connection, hub).digest_at


def own_digest_times(connection: sa.Connection) -> Mapping[tuple[str, str], time]:
    """When those get their digest who have chosen a time of their own, by tenant and object id."""
    chosen = ((tenant, person, value) for tenant, person, value in connection.execute(_OWN_TIMES) if value)
    return {(tenant, person): time.fromisoformat(value) for tenant, person, value in chosen}


def keep_hub(tx: sa.Connection, actor: Actor, hub: Hub, wanted: HubPreferences, now: datetime) -> list[str]:
    """Keep what the manager wants; the names of what changed by it."""
    changed = _changes(hub_preferences(tx, hub), wanted)
    signed = dict(zip(_BY, (actor.tenant, actor.object_id, actor.name, actor.agency.id, now), strict=True))
    for name, value in changed.items():
        row = {"hub_id": hub.id, "name": name, "value": value, **signed}
        tx.execute(_KEEP_OF_HUB.on(tx), row)
    return list(changed)


def keep_own(tx: sa.Connection, actor: Actor, wanted: PersonPreferences, now: datetime) -> list[str]:
    """Keep what somebody wants for themselves; the names of what changed by it."""
    changed = _changes(person_preferences(tx, actor.tenant, actor.object_id), wanted)
    for name, value in changed.items():
        row = {"tenant": actor.tenant, "person": actor.object_id, "name": name, "value": value, "at": now}
        tx.execute(_KEEP_OF_PERSON.on(tx), row)
    return list(changed)


def _changes(before: Setting, after: Setting) -> Mapping[str, Any]:
    was = before.model_dump(mode="json")
    return {name: value for name, value in after.model_dump(mode="json").items() if value != was[name]}


def _laid_over(below: Kept, kept: Mapping[str, Any]) -> Kept:
    """What was kept under a name that has no meaning any more is left out."""
    known = {name: value for name, value in kept.items() if name in type(below).model_fields}
    return type(below).model_validate({**below.model_dump(mode="json"), **known})
