"""The error answers of Exchange behind Graph, whose codes are not SharePoint's."""

from __future__ import annotations

from http import HTTPStatus

from sandbox.graph.errors import Problem


def _bad(code: str, message: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, code, message)


# Who is asking, and for what


def access_denied() -> Problem:
    return Problem(
        HTTPStatus.FORBIDDEN, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
    )


def outside_policy() -> Problem:
    """Answer for a mailbox that an application access policy keeps the app out of."""
    return Problem(HTTPStatus.FORBIDDEN, "ErrorAccessDenied", "Access to OData is disabled.")


def no_such_user(name: str) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "ErrorInvalidUser", f"The requested user '{name}' is invalid.")


def malformed_id() -> Problem:
    return _bad("ErrorInvalidIdMalformed", "Id is malformed.")


def item_not_found() -> Problem:
    return Problem(
        HTTPStatus.NOT_FOUND,
        "ErrorItemNotFound",
        "The specified object was not found in the store.",
    )


def not_filterable(name: str) -> Problem:
    return _bad("ErrorInvalidProperty", f"The property '{name}' does not support filtering.")


# What was sent


def unknown_property(name: str, kind: str) -> Problem:
    return _bad(
        "RequestBodyRead",
        f"The property '{name}' does not exist on type 'microsoft.graph.{kind}'. Make sure to only use property "
        "names that are defined by the type or mark the type as open type.",
    )


def unreadable() -> Problem:
    return _bad("UnableToDeserializePostBody", "were unable to deserialize ")


def validation_failed() -> Problem:
    return _bad("ErrorPropertyValidationFailure", "At least one property failed validation.")


def unsupported_zone(name: str) -> Problem:
    return _bad(
        "TimeZoneNotSupportedException",
        f"A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'.",
    )


def duplicate_transaction() -> Problem:
    return _bad(
        "ErrorDuplicateTransactionId",
        "Your request can't be completed. The TransactionId specified in the request has already been used to "
        "create a different event.",
    )


def change_key_differs() -> Problem:
    return Problem(
        HTTPStatus.PRECONDITION_FAILED,
        "ErrorIrresolvableConflict",
        "The send or update operation could not be performed because the change key passed in the request does "
        "not match the current change key for the item.",
    )


def not_the_organizer() -> Problem:
    return _bad(
        "ErrorInvalidRequest",
        "Your request can't be completed. You need to be an organizer to cancel a meeting.",
    )


# Mail


def no_recipients() -> Problem:
    return _bad(
        "ErrorInvalidRecipients",
        "At least one recipient is not valid., A message can't be sent because it contains no recipients.",
    )


def unresolved_recipient(address: str) -> Problem:
    return _bad(
        "ErrorInvalidRecipients",
        f"At least one recipient is not valid., Recipient '{address}' is not resolved. All recipients must be "
        "resolved before a message can be submitted.",
    )


# Schedules


def invalid_window() -> Problem:
    return _bad(
        "ErrorInvalidTimeInterval",
        "The time duration specified for FreeBusyViewOptions.TimeWindow is invalid.",
    )


def window_too_long(limit: int, days: int) -> Problem:
    return _bad(
        "ErrorTimeIntervalTooBig",
        "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long. "
        f"The allowed limit = {limit} days; the actual limit = {days} days.",
    )


def invalid_interval() -> Problem:
    return _bad(
        "ErrorInvalidMergedFreeBusyInterval",
        "The specified merged free/busy interval is not valid. Specify an interval that is less than the "
        "free/busy time window and between 5 and 1440 minutes.",
    )


def too_many_schedules(limit: int, count: int) -> Problem:
    return _bad(
        "ErrorMailboxDataArrayTooBig",
        "There are too many target users in the EmailAddress array. "
        f"The allowed size = {limit}; the actual size = {count}.",
    )
