"""Which restricted cases are hidden from a person, as part of a query. What one may do to a case is `policy`."""

import sqlalchemy as sa

from osara_store.directory import Actor
from osara_store.schema import case_access, cases

_IS_LISTED = sa.exists().where(
    case_access.c.case_id == cases.c.id,
    case_access.c.tenant == sa.bindparam("viewer_tenant"),
    case_access.c.person == sa.bindparam("viewer_id"),
)

# Of a row of `cases`: it is restricted, and the viewer is not on its list.
IS_HIDDEN = sa.and_(cases.c.restricted, ~_IS_LISTED)


def seen_by(actor: Actor) -> dict[str, str]:
    """Who looks, for a statement that holds IS_HIDDEN."""
    return {"viewer_tenant": actor.tenant, "viewer_id": actor.object_id}
