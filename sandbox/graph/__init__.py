"""The sandbox's Microsoft Graph: SharePoint sites, lists and items, kept in SQLite."""

from sandbox.graph.app import GRAPH, MOUNT, graph_app
from sandbox.graph.store import Limits

__all__ = ["GRAPH", "MOUNT", "Limits", "graph_app"]
