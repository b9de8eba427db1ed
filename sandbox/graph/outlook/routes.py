"""Which operation on a mailbox a path names, who may do it, and what Graph keeps from apps without a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from http import HTTPStatus

from sandbox.graph import errors, query
from sandbox.graph.outlook import event_calls, mail_calls, problems, schedule_calls
from sandbox.graph.outlook.calls import MailboxCall, Outlook
from sandbox.graph.route import Route, find, route
from sandbox.graph.wire import Request, Response

ROOTS = frozenset({"users", "me", "groups", "teams", "chats"})
"""The first segments that are answered here."""
SEND = frozenset({"Mail.Send"})
WRITE = frozenset({"Calendars.ReadWrite"})
READ = WRITE | {"Calendars.Read"}
SCHEDULE = READ | {"Calendars.ReadBasic", "Calendars.ReadBasic.All"}
MIGRATE = "Teamwork.Migrate.All"


def _calendar_routes() -> tuple[Route[MailboxCall], ...]:
    """The default calendar has two names."""
    return tuple(
        made
        for events in ("events", "calendar/events")
        for made in (
            route("GET", events, event_calls.get_events, READ),
            route("POST", events, event_calls.create_event, WRITE),
            route("GET", f"{events}/{{event}}", event_calls.get_event, READ),
            route("PATCH", f"{events}/{{event}}", event_calls.change_event, WRITE),
            route("DELETE", f"{events}/{{event}}", event_calls.delete_event, WRITE),
            route("POST", f"{events}/{{event}}/cancel", event_calls.cancel_event, WRITE),
        )
    )


ROUTES = (
    *_calendar_routes(),
    route("POST", "calendar/getSchedule", schedule_calls.get_schedule, SCHEDULE),
    route("POST", "sendMail", mail_calls.send_mail, SEND),
)
OF_GROUP_CALENDARS = frozenset({"events", "calendar", "calendarView"})


def answer(outlook: Outlook, request: Request, claims: Mapping[str, object]) -> Response:
    """Carry out one request to a mailbox, or refuse it as Graph does."""
    roles = _roles(claims)
    _refuse_without_person(request, roles)
    match request.segments:
        case ("users", name, *rest) if rest:
            return _answer(outlook, request, roles, name, tuple(rest))
        case (root, *_):
            raise errors.not_supported(f"'/{root}'")
    raise errors.unknown_segment("")


def _roles(claims: Mapping[str, object]) -> list[str]:
    given = claims.get("roles", ())
    return [str(role) for role in given] if isinstance(given, Collection) else []


def _answer(
    outlook: Outlook, request: Request, roles: list[str], name: str, segments: tuple[str, ...]
) -> Response:
    found, place = _found(request.method, segments)
    if found.need.isdisjoint(roles):
        raise problems.access_denied()
    mailbox = outlook.mailboxes.find(name)
    if mailbox is None:
        raise problems.no_such_user(name)
    if not mailbox.open_to_apps:
        raise problems.outside_policy()
    options = query.parse(request.query)
    return found.handler(MailboxCall(outlook, request, options, mailbox, place))


def _found(method: str, segments: tuple[str, ...]) -> tuple[Route[MailboxCall], dict[str, str]]:
    fitting = find(ROUTES, segments)
    for found, place in fitting:
        if found.method == method:
            return found, place
    if fitting:
        raise errors.not_allowed(method)
    raise errors.not_supported(f"'{segments[-1]}' of a user")


def _refuse_without_person(request: Request, roles: list[str]) -> None:
    """Refuse what Graph gives to a signed-in person only, whatever roles the app has."""
    match request.segments:
        case ("me", *_):
            raise errors.bad_request("/me request is only valid with delegated authentication flow.")
        case ("users", _, "findMeetingTimes"):
            raise problems.access_denied()
        case ("groups", _, part, *_) if part in OF_GROUP_CALENDARS:
            raise problems.access_denied()
        case ("teams", _, "channels", _, "messages", *_) | ("chats", _, "messages", *_):
            _refuse_message(request, roles)


def _refuse_message(request: Request, roles: list[str]) -> None:
    """Refuse a message to a channel or chat: the one role that Graph names is for migrations and does not help."""
    if request.method != "POST":
        return
    if MIGRATE in roles:
        raise errors.Problem(HTTPStatus.UNAUTHORIZED, "Unauthorized", "Unauthorized")
    message = (
        f"Missing role permissions on the request. API requires one of '{MIGRATE}'. "
        f"Roles on the request '{', '.join(roles)}'."
    )
    raise errors.Problem(HTTPStatus.FORBIDDEN, "Forbidden", message)
