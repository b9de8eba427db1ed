"""The lists as a person sees them in a browser: what the sandbox's page shows of SharePoint."""

from __future__ import annotations

from typing import Any

from sandbox.graph.app import Graph
from sandbox.graph.fieldsets import FieldSet
from sandbox.graph.query import Options
from sandbox.graph.shapes import Shapes
from sandbox.graph.store import List

ROWS_SHOWN = 500


def lists(graph: Graph) -> list[dict[str, Any]]:
    """Return the visible lists with their columns and how many items each has."""
    return [_list(graph, target) for target in graph.store.lists(graph.site.id) if not target.hidden]


def _list(graph: Graph, target: List) -> dict[str, Any]:
    shown = _shapes(graph).list(graph.site, target)
    return {
        "id": target.id,
        "name": target.title,
        "description": target.description,
        "web_url": shown["webUrl"],
        "items": graph.items.count(target.id, graph.store.limits.view_threshold + 1),
        "columns": [
            {
                "name": column.name,
                "title": column.display_name,
                "kind": column.kind,
                "indexed": column.indexed,
            }
            for column in target.own_columns
            if not column.hidden
        ],
    }


def items(graph: Graph, name: str, *, limit: int = ROWS_SHOWN) -> list[dict[str, Any]] | None:
    """Return the newest items of a list, or None when there is no such list."""
    target = graph.store.find_list(graph.site.id, name)
    if target is None:
        return None
    shapes = _shapes(graph)
    fields = FieldSet(target, Options(), graph.store, graph.items)
    query = "SELECT * FROM item WHERE list_id = ? AND NOT deleted ORDER BY id DESC LIMIT ?"
    return [
        {
            "id": str(item.id),
            "created": item.created,
            "modified": item.modified,
            "version": item.version_name,
            "web_url": shapes.item(graph.site, target, item)["webUrl"],
            "fields": fields.of(item),
        }
        for item in graph.items.select(query, (target.id, limit))
    ]


def _shapes(graph: Graph) -> Shapes:
    return Shapes("", graph.services.web_root, graph.items)
