"""How sites, lists, items and versions look in an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sandbox.graph.items import Item, Items
from sandbox.graph.query import Options
from sandbox.graph.store import List, Site


@dataclass(frozen=True)
class Shapes:
    """Renders answers; `root` is where Graph is, `web_root` where a browser would find the site."""

    root: str
    web_root: str
    items: Items

    # Sites and lists

    def site(self, site: Site) -> dict[str, Any]:
        return {
            "@odata.context": f"{self.root}/$metadata#sites/$entity",
            "createdDateTime": site.created,
            "id": site.id,
            "lastModifiedDateTime": site.created,
            "name": site.path.rpartition("/")[2],
            "webUrl": self._site_url(site),
            "displayName": site.title,
            "root": {},
            "siteCollection": {"hostname": site.host},
        }

    def list(self, site: Site, target: List) -> dict[str, Any]:
        by = _identity(target.created_by)
        system: dict[str, Any] = {"system": {}} if target.hidden else {}
        return {
            "@odata.etag": f'"{target.etag}"',
            "createdBy": by,
            "createdDateTime": target.created,
            "description": target.description,
            "displayName": target.title,
            "eTag": target.etag,
            "id": target.id,
            "lastModifiedBy": by,
            "lastModifiedDateTime": self.items.last_modified(target),
            "list": {"contentTypesEnabled": False, "hidden": target.hidden, "template": target.template},
            "name": target.name,
            "parentReference": {"siteId": site.id},
            "webUrl": self._list_url(site, target),
            **system,
        }

    def _site_url(self, site: Site) -> str:
        return f"{self.web_root}{quote(site.path)}"

    def _list_url(self, site: Site, target: List) -> str:
        return f"{self._site_url(site)}/Lists/{quote(target.name)}"

    # Items

    def item(self, site: Site, target: List, item: Item) -> dict[str, Any]:
        return {
            "@odata.etag": item.etag,
            "createdBy": _identity(item.created_by),
            "createdDateTime": item.created,
            "eTag": item.etag,
            "id": str(item.id),
            "lastModifiedBy": _identity(item.modified_by),
            "lastModifiedDateTime": item.modified,
            "parentReference": {"id": target.id, "siteId": site.id},
            "webUrl": f"{self._list_url(site, target)}/{item.id}_.000",
            "contentType": {"id": target.content_type_id, "name": "Item"},
        }

    def deleted_item(self, site: Site, target: List, item: Item) -> dict[str, Any]:
        return {
            "id": str(item.id),
            "parentReference": {"siteId": site.id},
            "contentType": {"id": target.content_type_id, "name": "Item"},
            "deleted": {"state": "deleted"},
        }

    def version(self, item: Item) -> dict[str, Any]:
        return {
            "id": item.version_name,
            "lastModifiedBy": _identity(item.modified_by),
            "lastModifiedDateTime": item.modified,
        }


def select(shape: dict[str, Any], options: Options) -> dict[str, Any]:
    """Leave what `$select` names, with the annotations and whatever was expanded."""
    if options.select is None:
        return shape
    kept = {*options.select, *options.expand}
    return {name: value for name, value in shape.items() if name.partition("@")[0] in kept or name[0] == "@"}


def _identity(by: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "application": {"id": by["id"], "displayName": by["displayName"]},
        "user": {"displayName": "SharePoint App"},
    }
