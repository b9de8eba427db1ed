"""The Playground's configuration, made from the demo's cast: one hub, one of its people, and five of their colleagues."""

from typing import Any

COLLEAGUES = 5  # no more and no fewer: the Playground's own rule


class NotEnoughPeopleError(Exception):
    """The hub that was asked for cannot be shown; the message says why."""


def configuration(hubs: dict[str, Any], hub_id: str, app_id: str) -> dict[str, Any]:
    """`hubs` is a hubs.yaml as read. The first person of the hub is the one who acts."""
    hub = hub_of(hubs, hub_id)
    people = [person for person in hubs["people"] if person["agency"] in hub["agencies"]]
    if len(people) <= COLLEAGUES:
        raise NotEnoughPeopleError(f"hub {hub_id} needs at least {COLLEAGUES + 1} people")
    return {
        "version": "0.1.1",
        "tenantId": hubs["tenants"][0]["id"],
        "bot": {"id": f"28:{app_id}", "name": "Local Focus Hub"},
        "currentUser": user(people[0]),
        "users": [user(person) for person in people[1 : COLLEAGUES + 1]],
        "personalChat": {"id": f"a:{hub_id.lower()}-personal"},
        "groupChat": {"id": f"19:{hub_id.lower()}-group@thread.v2", "name": f"{hub['name']} group chat"},
        "team": team(hub),
    }


def hub_of(hubs: dict[str, Any], hub_id: str) -> dict[str, Any]:
    for hub in hubs["hubs"]:
        if hub["id"] == hub_id:
            found: dict[str, Any] = hub
            return found
    raise NotEnoughPeopleError(f"there is no hub {hub_id}")


def user(person: dict[str, Any]) -> dict[str, str]:
    """`userPrincipleName` is spelt as the Playground spells it."""
    given, _, family = person["name"].rpartition(" ")
    return {
        "id": f"29:{person['id']}",
        "name": person["name"],
        "userPrincipleName": person["upn"],
        "aadObjectId": person["id"],
        "givenName": given,
        "surname": family,
        "email": person["upn"],
    }


def team(hub: dict[str, Any]) -> dict[str, Any]:
    """The team's own id is that of its General channel; one more channel is all the Playground takes."""
    return {
        "id": hub["team"],
        "name": f"{hub['name']} hub",
        "aadGroupId": "40000000-0000-4000-8000-000000000001",
        "channels": [{"id": hub["channel"], "name": "Referrals"}],
    }
