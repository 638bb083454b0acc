"""Two lists: what there is, and the subset of it that is selected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from huntbook.widgets._decision import value_record
from huntbook.widgets._display import IPyDisplayMixin
from huntbook.widgets._memory import Origin, Sourced
from huntbook.widgets._options import Options, same, text_of
from huntbook.widgets._registered import RegisteredWidget
from huntbook.widgets._text import css_length, visible

if TYPE_CHECKING:
    from huntbook.widgets._display import Bundle

_RECORDED = 50
_RECORDED_CHARACTERS = 100
_RECORDED_WHOLE = 10_000
_PAIR = 2
_OCCURRENCE = "occurrence"


class SelectSubset(RegisteredWidget, IPyDisplayMixin):
    """Two lists, between which items are moved: "Available" and "Selected".

    The subset comes from the notebook parameter if that is new or has changed, else from what was
    selected before in this kernel, else it is `default_selected`. What is remembered and exported is
    the list of labels.

    Parameters
    ----------
    source_items
        The values, of any type, shown as text; or a mapping label -> value; or (label, value) pairs.
        Equal labels and equal values stay apart. There may be none.
    default_selected
        What is selected at the start: a list of values, labels or (label, value) pairs, or a mapping
        label -> value.
    display_filter
        Show the boxes which filter the lists.
    auto_display
        Show the widget at once.
    description
        What is to be selected.
    height, width
        Height of the lists and width of the widget, as CSS lengths.
    **registered
        The parameters of `RegisteredWidget`: `param`, `id`, `nb_params`, ... A parameter is a list of
        labels or values. Without `id`, a list in another cell is another widget.

    Raises
    ------
    ValueError
        If `default_selected` or the parameter names an item that is not there; near ones are named.

    Examples
    --------
    >>> hosts = SelectSubset({"web": 1, "mail": 2, "file": 3}, ["file", "web"], auto_display=False)
    >>> hosts.value, hosts.selected_items
    ([1, 3], [('web', 1), ('file', 3)])
    """

    ALLOWED_KWARGS: ClassVar[list[str]] = [
        *RegisteredWidget.ALLOWED_KWARGS,
        *("source_items", "default_selected", "display_filter", "auto_display"),
        *("description", "height", "width"),
    ]
    _MODULE = "select_subset"
    _IN_ITS_CELL: ClassVar[bool] = True

    def __init__(
        self,
        source_items: object,
        default_selected: object = None,
        display_filter: bool = True,
        auto_display: bool = True,
        *,
        description: str = "Select items",
        height: str = "200px",
        width: str = "100%",
        **registered: Any,
    ) -> None:
        self.description = str(description or "")
        self._options = Options.of([] if source_items is None else source_items)
        self._stamp = 0
        self._given: list[int] | None = None
        registered.setdefault("id_vals", [self.description, self._options.digest])
        super().__init__(**registered)
        self._chosen = self._first_chosen(default_selected)
        self._height, self._width = css_length(height), css_length(width)
        self._display_filter = bool(display_filter)
        if auto_display:
            self.display()

    def _from_parameter(self, attribute: str, value: Any) -> Any:
        if attribute != "value":
            return value
        self._given = self._resolved(value, "the notebook parameter", label_first=True)
        return self._named(self._given)

    def _first_chosen(self, default: object) -> list[int]:
        main = self._main
        if main.origin is Origin.PARAMETER and self._given is not None:
            return self._given
        if main.origin is Origin.ENVIRONMENT:
            chosen = self._resolved(str(main.value).split(","), str(main), label_first=True)
        elif main.origin is not Origin.MISSING:
            remembered = main.value if isinstance(main.value, list) else []
            found = (self._options.at(*(n[::2] if isinstance(n, tuple) else (n,))) for n in remembered)
            chosen = sorted({position for position in found if position is not None})
        else:
            chosen = self._resolved([] if default is None else default, "default_selected")
            self._sourced["value"] = Sourced(self._named(chosen), Origin.DEFAULT)
            self._note("value")
            return chosen
        self._sourced["value"] = replace(main, value=self._named(chosen))
        self._note("value")
        return chosen

    def _named(self, chosen: list[int]) -> list[Any]:
        """Return labels; of equal ones, the second and later ones as (label, "occurrence", number from 0)."""
        counted = [(self._options.names[position], self._options.occurrence(position)) for position in chosen]
        return [name if earlier == 0 else (name, _OCCURRENCE, earlier) for name, earlier in counted]

    def _resolved(self, things: object, role: str, *, label_first: bool = False) -> list[int]:
        """Return the positions of items, in the source's order; each thing takes one that is still free."""
        if isinstance(things, Mapping):
            things = list(things.items())
        if isinstance(things, str) or not isinstance(things, Iterable):
            raise TypeError(f"{role} is {visible(repr(things), 100)}; write a list of items")
        taken: set[int] = set()
        for thing in things:
            found = self._meant(thing, label_first=label_first)
            if not found:
                found = [self._options.named(thing, f"an item of {role}")]
            taken.add(next((position for position in found if position not in taken), found[0]))
        return sorted(taken)

    def _meant(self, thing: Any, *, label_first: bool) -> list[int]:
        options = self._options
        if isinstance(thing, tuple | list) and len(thing) == _PAIR:
            label, value = thing
            pairs = [p for p in options.with_label(label) if same(options.values[p], value)]
            if pairs and options.labelled:
                return pairs
        elif label_first and isinstance(thing, tuple | list) and list(thing[1:-1]) == [_OCCURRENCE]:
            position = options.at(thing[0], thing[-1])
            return [] if position is None else [position]
        if label_first and isinstance(thing, str):
            return options.with_label(thing) or options.with_value(thing)
        return options.with_value(thing) or options.with_label(thing)

    # -------------------------------------------------------------- what is selected

    @property
    def value(self) -> list[Any]:
        """The selected values in the source's order.

        It can be set to a list of values, labels or (label, value) pairs; one that is not there is a
        `ValueError`.
        """
        return self.selected_values

    @value.setter
    def value(self, things: object) -> None:
        self._choose(self._resolved(things, "value"), Origin.CODE)
        self._show_state()
        self._redisplay()

    @property
    def selected_values(self) -> list[Any]:
        """The selected values in the source's order."""
        return [self._options.values[position] for position in self._chosen]

    @property
    def selected_items(self) -> list[Any]:
        """The selected items as the source holds them: (label, value) pairs where it had labels."""
        return [self._options.item(position) for position in self._chosen]

    @property
    def selected_labels(self) -> list[str]:
        """The selected items' labels in the source's order."""
        return [self._options.labels[position] for position in self._chosen]

    def _choose(self, chosen: list[int], origin: Origin) -> None:
        self._chosen = chosen
        self._set("value", self._named(chosen), origin)

    # -------------------------------------------------------------- the view

    def _state(self) -> dict[str, Any]:
        return {
            "description": visible(self.description),
            "items": self._options.first(),
            "total": len(self._options),
            "chosen": _as_ranges(self._chosen),
            "stamp": self._stamp,
            "display_filter": self._display_filter,
            "height": self._height,
            "width": self._width,
            "source": visible(self.value_source, 200),
            "problem": visible(self._problem),
        }

    def _on_event(self, event: str, content: dict[str, Any]) -> None:
        if event == "items":
            message = self._options.items_message(content)
            if message is not None:
                self._send(message)
        elif event == "choose":
            stamp = content.get("stamp")
            self._stamp = stamp if type(stamp) is int else self._stamp
            chosen = _from_ranges(content.get("chosen"), len(self._options))
            if chosen is not None and chosen != self._chosen:
                self._choose(chosen, Origin.CHOSEN)
            self._show_state()

    def _record(self) -> Bundle:
        labels = [visible(text_of(label), _RECORDED_CHARACTERS) for label in self.selected_labels]
        more = f", and {len(labels) - _RECORDED} more" if len(labels) > _RECORDED else ""
        shown = ", ".join(labels[:_RECORDED]) + more if labels else "(nothing selected)"
        count = f"{len(labels)} of {len(self._options)} selected"
        told = self._told()
        source = f"{count}; {told}" if told else count
        return value_record(self.description, shown, source, self._problem, limit=_RECORDED_WHOLE)

    def __repr__(self) -> str:
        """Return the description and how many are selected, in one line."""
        count = f"{len(self._chosen)} of {len(self._options)}"
        return f"{type(self).__name__}({visible(self.description, 60)!r}, {count} selected)"


def _as_ranges(positions: list[int]) -> list[int]:
    """Return runs of positions as start, end, start, end, ...

    Examples
    --------
    >>> _as_ranges([0, 1, 2, 7])
    [0, 3, 7, 8]
    """
    if not positions:
        return []
    breaks = [(first + 1, second) for first, second in pairwise(positions) if second != first + 1]
    return [positions[0], *(edge for pair in breaks for edge in pair), positions[-1] + 1]


def _from_ranges(edges: Any, total: int) -> list[int] | None:
    """Return the positions behind `_as_ranges`; None if it cannot have made them for so many."""
    if not isinstance(edges, list) or len(edges) % 2 or any(type(edge) is not int for edge in edges):
        return None
    if edges and (edges[0] < 0 or edges[-1] > total or any(a >= b for a, b in pairwise(edges))):
        return None
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [position for start, end in pairs for position in range(start, end)]


__all__ = ["SelectSubset"]
