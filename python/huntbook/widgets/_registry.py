"""What widgets remember.

Re-running a cell makes a new widget. The registry, one for each kernel, holds
the values under a *key* (the widget's class with its explicit identifier, or
with the parameters that identify it), so that the new widget starts where the
old one was left, whether or not the old object is still alive.
"""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from huntbook.widgets._text import escaped, visible
from huntbook.widgets._warnings import DuplicateWidgetWarning, warn

if TYPE_CHECKING:
    from huntbook.widgets._cell import Cell

Key = tuple[str, Hashable]


class Origin(enum.Enum):
    """Where a value came from."""

    PARAMETER = "notebook parameter"
    TYPED = "typed"
    CODE = "set in code"
    ENVIRONMENT = "environment variable"
    DEFAULT = "default"
    MISSING = "not set"


@dataclass(frozen=True)
class Sourced:
    """A value, and where it came from; `name` is the variable's, if it was one."""

    value: Any
    origin: Origin
    name: str = ""

    def __str__(self) -> str:
        return f"{self.origin.value} “{self.name}”" if self.name else self.origin.value


@dataclass
class Memory:
    """What one key remembers: values by attribute, and the parameters last seen."""

    values: dict[str, Sourced] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    cell: Cell | None = None


def choose(
    memory: Memory,
    attribute: str,
    *,
    parameter: Sourced | None = None,
    environment: Sourced | None = None,
    default: Sourced | None = None,
) -> Sourced:
    """Return the value with which an attribute starts, and note the parameter as seen.

    In order: a parameter that is new to this memory or has changed, what is remembered (typed,
    set in code, or an earlier parameter), the environment, the default. A parameter that is
    the same as last time yields to what was typed since; re-running a cell loses nothing.

    Examples
    --------
    >>> memory = Memory()
    >>> given = Sourced("pc1", Origin.PARAMETER, "host")
    >>> choose(memory, "value", parameter=given).value
    'pc1'
    >>> memory.values["value"] = Sourced("pc2", Origin.TYPED)
    >>> choose(memory, "value", parameter=given).value
    'pc2'
    """
    if parameter is None:
        memory.parameters.pop(attribute, None)
    else:
        unseen = attribute not in memory.parameters
        changed = unseen or not _same(memory.parameters[attribute], parameter.value)
        memory.parameters[attribute] = parameter.value
        if changed:
            memory.values[attribute] = parameter
            return parameter
    remembered = memory.values.get(attribute)
    return remembered or environment or default or Sourced(None, Origin.MISSING)


def _same(first: Any, second: Any) -> bool:
    if first is second:
        return True
    try:
        return type(first) is type(second) and bool(first == second)
    except Exception:  # noqa: BLE001 (tables and arrays compare by element)
        return False


def frozen(value: object) -> Hashable:
    """Return a hashable stand-in for `value`: equal only for equal values of one type.

    Examples
    --------
    >>> frozen(["a", "bc"]) == frozen(["ab", "c"])
    False
    >>> frozen(1) == frozen(True) or frozen(1) == frozen("1")
    False
    >>> frozen({"b": [1], "a": 2}) == frozen({"a": 2, "b": [1]})
    True
    """
    name = type(value).__name__
    if isinstance(value, Mapping):
        items = ((frozen(key), frozen(item)) for key, item in value.items())
        return (name, frozenset(items))
    if isinstance(value, set | frozenset):
        return (name, frozenset(frozen(item) for item in value))
    if isinstance(value, list | tuple):
        return (name, tuple(frozen(item) for item in value))
    if value is None or isinstance(value, str | bytes | bool | int | float):
        return (name, value)
    return (name, repr(value))


class Registry:
    """The memories of one kernel, by key."""

    def __init__(self) -> None:
        self._memories: dict[Key, Memory] = {}

    def memory(self, key: Key, cell: Cell | None = None, deleted: Iterable[str] = ()) -> tuple[Memory, str]:
        """Return the memory of `key`, made if need be, and what is amiss with it (or '').

        One key in two cells, or twice in one run of a cell, is two widgets that share a value:
        a `DuplicateWidgetWarning` names both. A cell in `deleted` doesn't count.
        """
        memory = self._memories.setdefault(key, Memory())
        earlier, memory.cell = memory.cell, cell or memory.cell
        if cell is None or earlier is None or earlier.identity in set(deleted):
            return memory, ""
        if earlier.identity != cell.identity:
            where = f"in {earlier.label} and in {cell.label}"
        elif earlier.run == cell.run:
            where = f"twice in {cell.label}"
        else:
            return memory, ""
        problem = (
            f"{describe(key)} is made {where}: they share one value. Give each its own id=, or register=False"
        )
        warn(problem, DuplicateWidgetWarning)
        return memory, problem

    def reset(self, text: str | None = None) -> int:
        """Forget, and return how many memories that were.

        Parameters
        ----------
        text
            Forget only keys whose description contains it; None forgets all.
        """
        gone = [key for key in self._memories if text is None or text in describe(key)]
        for key in gone:
            del self._memories[key]
        return len(gone)

    def list(self) -> list[dict[str, str]]:
        """Return a row for each remembered value: widget, attribute, value, source, cell."""
        return [
            {
                "widget": describe(key),
                "attribute": attribute,
                "value": visible(str(sourced.value), 200),
                "source": str(sourced),
                "cell": memory.cell.label if memory.cell else "",
            }
            for key, memory in self._memories.items()
            for attribute, sourced in memory.values.items()
        ]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._memories)

    def __len__(self) -> int:
        return len(self._memories)

    def __repr__(self) -> str:
        rows = self.list()
        lines = [f"{row['widget']}.{row['attribute']} = {row['value']!r} ({row['source']})" for row in rows]
        return "\n".join([f"{len(rows)} remembered value(s)", *lines])

    def _repr_html_(self) -> str:
        rows = self.list()
        if not rows:
            return "<p>Nothing is remembered.</p>"
        head = "".join(f"<th>{escaped(name)}</th>" for name in rows[0])
        body = "".join(
            "<tr>" + "".join(f"<td>{escaped(text)}</td>" for text in row.values()) + "</tr>" for row in rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def describe(key: Key) -> str:
    """Return how a key is shown.

    Examples
    --------
    >>> describe(("GetText", frozen(["host", "Host name"])))
    "GetText('host', 'Host name')"
    """
    name, identity = key
    shown = _shown(identity)
    inner = shown[1:-1] if shown.startswith("(") else shown
    return visible(f"{name}({inner})", 200)


def _shown(identity: Hashable) -> str:
    """Return the value behind a stand-in made by `frozen`."""
    match identity:
        case (str(), frozenset(items)):
            return f"({', '.join(sorted(map(_shown, items)))})"
        case (str(), tuple(items)):
            return f"({', '.join(map(_shown, items))})"
        case (str(), value):
            return repr(value)
        case _:
            return repr(identity)


registry = Registry()
"""The registry of this kernel."""
