"""What can be selected: values of any type, each with a label, told apart by position."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from huntbook.widgets._text import visible

LABEL_CHARACTERS = 300
"""Longest label that a list shows; what is longer is cut and says how long it is."""

FIRST_LABELS = 1_000
FIRST_BYTES = 64_000
"""Most labels, and most bytes of them, in a view's state; the view asks for the others."""

BLOCK_LABELS = 5_000
BLOCK_BYTES = 256_000
"""Most labels, and most bytes of them, in one message."""

_COMPARED = 10_000


@dataclass(frozen=True)
class Options:
    """Labels and values, position by position; neither need be unique.

    Attributes
    ----------
    labels
        What is shown.
    values
        What a choice gives.
    labelled
        Whether the labels were given, and are not the values as text.
    names
        What is remembered and exported for each; the labels if not given.
    """

    labels: list[str]
    values: list[Any]
    labelled: bool = False
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.names:
            object.__setattr__(self, "names", self.labels)
        by_name: dict[str, list[int]] = {}
        for position, name in enumerate(self.names):
            by_name.setdefault(name, []).append(position)
        object.__setattr__(self, "_by_name", by_name)

    @classmethod
    def of(cls, source: object) -> Options:
        """Return the options of a list of values, a mapping label -> value, or (label, value) pairs.

        Raises
        ------
        TypeError
            If `source` is text or cannot be gone through.

        Examples
        --------
        >>> Options.of([1, None]).labels, Options.of({"one": 1}).values
        (['1', 'None'], [1])
        >>> Options.of([("a", 1), ("a", 2)]).labels
        ['a', 'a']
        """
        if isinstance(source, str | bytes):
            raise TypeError(f"the options are one text, {visible(repr(source), 60)}; write a list")
        if isinstance(source, Mapping):
            pairs = list(source.items())
            return cls([text_of(label) for label, _ in pairs], [value for _, value in pairs], True)
        if not isinstance(source, Iterable):
            raise TypeError(f"the options are a {type(source).__name__}; write a list or a dict")
        items = list(source)
        if items and all(isinstance(item, tuple) and len(item) == 2 for item in items):  # noqa: PLR2004
            return cls([text_of(label) for label, _ in items], [value for _, value in items], True)
        return cls([text_of(item) for item in items], items)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def digest(self) -> str:
        """Return a text that is the same for the same labels."""
        summed = hashlib.sha256()
        for label in self.labels:
            data = label.encode("utf-8", "backslashreplace")
            summed.update(f"{len(data)}:".encode() + data)
        return f"{len(self)} labels, {summed.hexdigest()[:16]}"

    def item(self, position: int) -> Any:
        """Return an option as the source holds it: a (label, value) pair where it had labels."""
        value = self.values[position]
        return (self.labels[position], value) if self.labelled else value

    # -------------------------------------------------------------- names

    def positions(self, name: object) -> list[int]:
        """Return where a name stands."""
        found: list[int] = self._by_name.get(name, []) if isinstance(name, str) else []  # type: ignore[attr-defined]
        return found

    def occurrence(self, position: int) -> int:
        """Return how many earlier options have the name of this one."""
        return self.positions(self.names[position]).index(position)

    def at(self, name: object, occurrence: object = 0) -> int | None:
        """Return the position of a remembered name; None if it is gone."""
        found = self.positions(name)
        if not found:
            return None
        index = occurrence if type(occurrence) is int and 0 <= occurrence < len(found) else 0
        return found[index]

    def with_value(self, value: object) -> list[int]:
        """Return where a value stands: of its own type, else equal to it."""
        equal = [position for position, held in enumerate(self.values) if same(held, value)]
        exact = [position for position in equal if type(self.values[position]) is type(value)]
        return exact or equal

    def with_label(self, label: object) -> list[int]:
        """Return where a label stands."""
        text = text_of(label)
        return self.positions(text) or [i for i, held in enumerate(self.labels) if held == text]

    def named(self, thing: object, role: str, *, label_first: bool = False) -> int:
        """Return the position of the option that has `thing` as its value or label.

        Raises
        ------
        ValueError
            If none has; names near labels.
        """
        if label_first and isinstance(thing, str):
            found = self.with_label(thing) or self.with_value(thing)
        else:
            found = self.with_value(thing) or self.with_label(thing)
        if not found:
            raise ValueError(f"{role} is {visible(repr(thing), 100)}, which is none of {self.near(thing)}")
        return found[0]

    def near(self, thing: object) -> str:
        """Return how many options there are and which are near `thing`, for a message."""
        text = text_of(thing)[:80].casefold()
        folded = {label[:80].casefold(): label for label in reversed(self.labels[:_COMPARED])}
        close = difflib.get_close_matches(text, folded, n=3, cutoff=0.5)
        if text and not close:
            close = [known for known in folded if text in known][:3]
        count = "the one option" if len(self) == 1 else f"the {len(self)} options"
        if close:
            return f"{count}; near: {', '.join(visible(repr(folded[known]), 100) for known in close)}"
        first = ", ".join(visible(repr(label), 60) for label in self.labels[:3])
        return f"{count}: {first}{', ...' if len(self) > 3 else ''}"  # noqa: PLR2004

    # -------------------------------------------------------------- what a view is sent

    def first(self) -> list[str]:
        """Return the labels that stand in a view's state."""
        return self.block(0, FIRST_LABELS, FIRST_BYTES)

    def block(self, start: int, most: int = BLOCK_LABELS, most_bytes: int = BLOCK_BYTES) -> list[str]:
        """Return labels from `start` on as they are shown, one at least if there is one."""
        shown: list[str] = []
        size = 0
        for label in self.labels[start : start + most]:
            text = visible(label, LABEL_CHARACTERS)
            size += len(text.encode("utf-8")) + 3
            if shown and size > most_bytes:
                break
            shown.append(text)
        return shown

    def items_message(self, content: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the answer to a view that asks for labels; None if it asks for none that are there."""
        start = content.get("start")
        if type(start) is not int or not 0 <= start < len(self):
            return None
        return {"type": "items", "start": start, "items": self.block(start)}


def text_of(thing: object) -> str:
    """Return an object as text, whatever its `__str__` does."""
    try:
        return str(thing)
    except Exception:  # noqa: BLE001 (an option must not break the list)
        return f"<{type(thing).__name__}>"


def same(first: Any, second: Any) -> bool:
    """Whether two values are one, or equal; tables and arrays are equal only to themselves."""
    if first is second:
        return True
    try:
        return bool(first == second)
    except Exception:  # noqa: BLE001 (comparison of any object may raise anything)
        return False
