"""My settings, and those of a hub: when the digest comes, and when it is quiet. What was chosen, read back."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import Final

from cards import case_fields, inputs, parts, texts_settings, verbs
from cards.case_view import Typed
from cards.elements import Strict
from cards.escape import as_typed
from cards.parts import CardJson
from cards.verbs import Surface
from osara_store.directory import Hub
from osara_store.hub_preferences import LATEST_SOON, HubPreferences
from osara_store.preferences import PersonPreferences

_HALF_HOURS: Final = tuple(str(timedelta(minutes=30 * n)).zfill(8)[:5] for n in range(48))
_DAYTIME: Final = _HALF_HOURS[12:41]  # 06:00 to 20:00


# --- one's own -------------------------------------------------------------------------------------------------------


def mine(
    own: PersonPreferences,
    hub_time: time,
    managed: Sequence[Hub],
    *,
    surface: Surface,
    note: str = "",
    typed: Typed | None = None,
) -> CardJson:
    """One's own settings; with a button for each hub whose manager one is. `hub_time` is when the hub's digest comes."""
    shown = typed or Typed({"digest_at": _own_time(own), "digest": own.digest}, {})
    body: list[Strict] = [
        parts.heading(texts_settings.TITLE),
        *_note(note),
        parts.paragraph(texts_settings.WHY, "Medium"),
        *case_fields.check_these(shown),
        *case_fields.choice(shown, "digest_at", texts_settings.DIGEST_AT, _own_times(own, hub_time)),
        *case_fields.question(shown, "digest", texts_settings.DIGEST, texts_settings.DIGESTS),
    ]
    to_hubs = [
        case_fields.without_inputs(
            parts.button(
                surface,
                texts_settings.hub_title(hub.name),
                verbs.HUBSET_OPEN,
                name=f"hub-{hub.id}",
                hub=hub.id,
            )
        )
        for hub in managed
    ]
    save = parts.button(surface, texts_settings.SAVE, verbs.MINE_SAVE, main=True)
    return parts.card(body, [save, *to_hubs])


def read_mine(
    given: Mapping[str, object], own: PersonPreferences, hub_time: time
) -> PersonPreferences | Typed:
    read = {
        "digest_at": inputs.choice(given.get("digest_at"), list(_own_times(own, hub_time))),
        "digest": inputs.choice(given.get("digest"), list(texts_settings.DIGESTS)),
    }
    if wrong := _what_is_wrong(read):
        return wrong
    chosen = _chosen(read)
    if chosen.get("digest_at") == texts_settings.AS_THE_HUB:
        chosen["digest_at"] = None
    return PersonPreferences.model_validate({**own.model_dump(mode="json"), **chosen})


def _own_times(own: PersonPreferences, hub_time: time) -> Mapping[str, str]:
    known = [own.digest_at] if own.digest_at else []
    as_the_hub = {texts_settings.AS_THE_HUB: texts_settings.as_the_hub(_shown(hub_time))}
    return {**as_the_hub, **_times(_DAYTIME, *known)}


def _own_time(own: PersonPreferences) -> str:
    return _shown(own.digest_at) if own.digest_at else texts_settings.AS_THE_HUB


# --- a hub's ---------------------------------------------------------------------------------------------------------


def hub(
    of: Hub, now: HubPreferences, *, surface: Surface, note: str = "", typed: Typed | None = None
) -> CardJson:
    shown, offered = typed or Typed(_values(now), {}), _offered(now)
    body: list[Strict] = [
        parts.heading(texts_settings.hub_title(of.name)),
        *_note(note),
        parts.paragraph(texts_settings.HUB_WHY, "Medium"),
        *case_fields.check_these(shown),
    ]
    for name, label in _LABELS.items():
        body += case_fields.choice(shown, name, label, offered[name])
        if name == "quiet_until":
            body.append(parts.quiet(texts_settings.QUIET_WHY, "Small"))
    save = parts.button(surface, texts_settings.SAVE, verbs.HUBSET_SAVE, main=True, hub=of.id)
    back = parts.button(surface, texts_settings.TITLE, verbs.MINE_OPEN, name="back")
    return parts.card(body, [save, case_fields.without_inputs(back)])


def read_hub(given: Mapping[str, object], now: HubPreferences) -> HubPreferences | Typed:
    read = {name: inputs.choice(given.get(name), list(of)) for name, of in _offered(now).items()}
    return _what_is_wrong(read) or HubPreferences.model_validate(
        {**now.model_dump(mode="json"), **_chosen(read)}
    )


_LABELS: Final[Mapping[str, str]] = {
    "digest_at": texts_settings.HUB_DIGEST_AT,
    "digest_days": texts_settings.HUB_DIGEST_DAYS,
    "quiet_from": texts_settings.QUIET_FROM,
    "quiet_until": texts_settings.QUIET_UNTIL,
    "soon_days": texts_settings.SOON_DAYS,
    "reviews_to": texts_settings.REVIEWS_TO,
    "reviews_at": texts_settings.REVIEWS_AT,
}


def _values(now: HubPreferences) -> dict[str, str]:
    held = {name: getattr(now, name) for name in _LABELS}
    return {name: _shown(value) if isinstance(value, time) else str(value) for name, value in held.items()}


def _offered(now: HubPreferences) -> Mapping[str, Mapping[str, str]]:
    return {
        "digest_at": _times(_DAYTIME, now.digest_at),
        "digest_days": texts_settings.DIGEST_DAYS,
        "quiet_from": _times(_HALF_HOURS, now.quiet_from),
        "quiet_until": _times(_HALF_HOURS, now.quiet_until),
        "soon_days": {str(n): texts_settings.days_before(n) for n in range(LATEST_SOON + 1)},
        "reviews_to": texts_settings.REVIEW_PEOPLE,
        "reviews_at": _times(_DAYTIME, now.reviews_at),
    }


# --- pieces ----------------------------------------------------------------------------------------------------------


def _note(note: str) -> list[Strict]:
    return [parts.notice(parts.paragraph(as_typed(note)), style="accent")] if note else []


def _times(offered: Sequence[str], *known: time) -> Mapping[str, str]:
    """The times on offer, with those that hold now: the hubs file may name any."""
    return {each: each for each in sorted({*offered, *map(_shown, known)})}


def _shown(at: time) -> str:
    return f"{at:%H:%M}"


def _what_is_wrong(read: Mapping[str, inputs.Read]) -> Typed | None:
    errors = {name: each.fault for name, each in read.items() if each.fault}
    return Typed({name: each.value for name, each in read.items()}, errors) if errors else None


def _chosen(read: Mapping[str, inputs.Read]) -> dict[str, str | None]:
    """What was chosen; what did not come stays as it is."""
    return {name: each.value for name, each in read.items() if each.value}
