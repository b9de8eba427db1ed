"""The cards of a case: the moves. Each by a name that says when it is seen."""

from collections.abc import Callable, Mapping
from typing import Any, Final

CARDS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {}
