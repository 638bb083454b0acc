"""One widget's memory: its values, where each came from, and the key that finds it."""

from __future__ import annotations

import enum
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from huntbook.widgets._decision import at
from huntbook.widgets._text import visible

if TYPE_CHECKING:
    from datetime import datetime

    from huntbook.widgets._cell import Cell

Key = tuple[str, Hashable]


class InCell(NamedTuple):
    """What identifies a widget that is another one in another cell."""

    identity: Hashable
    cell: str


class Origin(enum.Enum):
    """Where a value came from."""

    PARAMETER = "notebook parameter"
    TYPED = "typed"
    CHOSEN = "chosen"
    CODE = "set in code"
    ENVIRONMENT = "environment variable"
    DEFAULT = "default"
    MISSING = "not set"


@dataclass(frozen=True)
class Sourced:
    """A value, and where it came from.

    `name` is the variable's, if it was one; `when` is the moment at which a person or code gave it.
    """

    value: Any
    origin: Origin
    name: str = ""
    when: datetime | None = None

    def __str__(self) -> str:
        return f"{self.origin.value} “{self.name}”" if self.name else self.origin.value

    @property
    def told(self) -> str:
        """By whom and when, as a record says it."""
        return f"{self}, {at(self.when)}" if self.when is not None else str(self)


@dataclass
class Memory:
    """What one key remembers.

    Attributes
    ----------
    values
        What a new widget starts with, by attribute.
    current
        What the widget has now, also where nobody chose it (a default): what an export writes.
    parameters
        Values of the notebook parameters when they were last looked at, by attribute.
    variables
        Names of their variables, by attribute.
    secret
        Whether the values may neither be shown, nor written anywhere.
    cell
        Where the widget was last made.
    """

    values: dict[str, Sourced] = field(default_factory=dict)
    current: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    secret: bool = False
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


def stable(identity: Hashable) -> str:
    """Return one text for one stand-in made by `frozen`, the same in every process.

    Examples
    --------
    >>> stable(frozen({"b", "a"})) == stable(frozen({"a", "b"})) != stable(frozen(["a", "b"]))
    True
    """
    match identity:
        case (str(name), frozenset(items)):
            return f"{name}{{{','.join(sorted(map(stable, items)))}}}"
        case (str(name), tuple(items)) if name not in {"str", "bytes"}:
            return f"{name}({','.join(map(stable, items))})"
        case (str(name), value):
            return f"{name}:{value!r}"
        case tuple(items):
            return f"({','.join(map(stable, items))})"
        case _:
            return repr(identity)


def describe(key: Key) -> str:
    """Return how a key is shown.

    Examples
    --------
    >>> describe(("GetText", frozen(["host", "Host name"])))
    "GetText('host', 'Host name')"
    """
    name, identity = key
    if isinstance(identity, InCell):
        identity = identity.identity
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
