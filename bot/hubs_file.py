"""Reads hubs.yaml into a Directory, with every fault named by its line.

PyYAML tells where each node stands; pydantic tells which key is wrong. This module brings the two together.
"""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from osara_store.directory import Directory

Place = tuple[int | str, ...]
DEEPEST = 20


class HubsFileError(Exception):
    """hubs.yaml cannot be used; the message is one sentence a line, each with its place in the file."""


def read_hubs_file(path: Path) -> Directory:
    """Read and check the hub configuration.

    Raises:
        HubsFileError: the file cannot be read, is not YAML, or says something that cannot be.
    """
    root = _parse(path)
    lines: dict[Place, int] = {}
    content = _plain(path, root, (), lines)
    try:
        return Directory.model_validate(content)
    except ValidationError as fault:
        raise HubsFileError("\n".join(_sentences(path, fault, lines))) from None


def _parse(path: Path) -> yaml.Node:
    text = _text(path)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise HubsFileError(f"{path}, line {line}: {fault.problem or 'this is not YAML'}.") from None
    except yaml.reader.ReaderError as fault:
        line = text.count("\n", 0, fault.position) + 1
        raise HubsFileError(f"{path}, line {line}: there is a character that YAML does not allow.") from None
    except RecursionError:
        raise HubsFileError(f"{path}: things stand too deep within one another.") from None
    if root is None:
        raise HubsFileError(f"{path}: the file is empty.")
    return root


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        raise HubsFileError(f"{path}: cannot be read ({fault.strerror}).") from None
    except UnicodeDecodeError:
        raise HubsFileError(f"{path}: cannot be read: it is not UTF-8 text.") from None


def _plain(path: Path, node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    """The node as plain Python, noting the line of every place; a key given twice is a fault."""
    if len(place) > DEEPEST:  # a list can even hold itself
        raise HubsFileError(
            f"{path}, line {node.start_mark.line + 1}: this stands too deep within other things."
        )
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(path, node, place, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(path, item, (*place, n), lines) for n, item in enumerate(node.value)]
    return _scalar(path, node)


def _mapping(path: Path, node: yaml.MappingNode, place: Place, lines: dict[Place, int]) -> dict[Any, Any]:
    content: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise HubsFileError(f"{path}, line {key_node.start_mark.line + 1}: a key must be a word.")
        key = _scalar(path, key_node)
        if key in content:
            raise HubsFileError(f"{path}, line {key_node.start_mark.line + 1}: {key!r} is given twice.")
        content[key] = _plain(path, value_node, (*place, key), lines)
        lines[(*place, key)] = key_node.start_mark.line + 1
    return content


def _scalar(path: Path, node: yaml.Node) -> Any:
    try:
        return yaml.SafeLoader("").construct_object(node, deep=True)
    except (
        yaml.YAMLError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
    ):  # PyYAML lets all of these out
        raise HubsFileError(f"{path}, line {node.start_mark.line + 1}: this value cannot be read.") from None


def _sentences(path: Path, fault: ValidationError, lines: dict[Place, int]) -> list[str]:
    return [f"{path}, {_where(error['loc'], lines)}: {_what(error['msg'])}" for error in fault.errors()]


def _where(place: Place, lines: dict[Place, int]) -> str:
    name = ".".join(str(part) for part in place) or "the whole file"
    known = place
    while known not in lines:
        known = known[:-1]
    return f"line {lines[known]}, {name}"


def _what(message: str) -> str:
    sentence = message.removeprefix("Value error, ")
    return sentence if sentence.endswith(".") else f"{sentence}."
