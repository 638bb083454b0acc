"""A list of which one item is selected, with a filter and what an action says of the item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from huntbook.widgets._decision import Decision, How, value_record
from huntbook.widgets._details import Details
from huntbook.widgets._kernel_pump import running_kernel
from huntbook.widgets._memory import Origin, Sourced
from huntbook.widgets._options import LABEL_CHARACTERS, Options
from huntbook.widgets._question import Question
from huntbook.widgets._registered import RegisteredWidget
from huntbook.widgets._stdin import ask_option
from huntbook.widgets._text import css_length, visible
from huntbook.widgets._warnings import warn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from huntbook.widgets._display import Bundle

NOTHING = "there is nothing to select"


class SelectItem(RegisteredWidget, Question):
    """A list of which one item is selected.

    The item comes from the notebook parameter if that is new or has changed, else from what was
    selected before in this kernel, else from the environment, else it is `value`, or the first.
    What is remembered and exported is its label. `ask()` waits for Enter, a double click or the
    button OK; till then the selection is provisional.

    Parameters
    ----------
    description
        What is to be selected.
    options
        The values, of any type, shown as text; or a mapping label -> value; or (label, value) pairs.
        Equal labels and equal values stay apart.
    action
        Called with the selected value when the widget is shown and at each change. What it
        returns (an object, or several in a list or tuple), prints and displays is shown below the
        widget; an error of it, too, and is then in `action_error`. While a question waits, it is
        called for the provisional selection.
    value
        The value, or the label, that is selected at the start.
    item_list, item_dict
        The same as `options`.
    auto_display
        Show the widget at once.
    height, width
        Height of the list and width of the widget, as CSS lengths.
    display_filter
        Show the box which filters the list: words, all of which must occur, in any case.
    timeout
        For `ask()`: seconds after which the item selected at the start is taken; 0 waits for ever.
    unattended
        For `ask()` where nobody can be asked: `"default"` takes the present item at once, `"wait"`
        waits for the timeout first, `"error"` raises.
    **registered
        The parameters of `RegisteredWidget`: `param`, `id`, `env_var`, `nb_params`, ... A parameter
        names a label or a value. Without `id`, a list in another cell is another widget.

    Raises
    ------
    ValueError
        If there is nothing to select, or `value` or the parameter names no item; near ones are named.

    Notes
    -----
    Up to eight arguments may be positional in the order of msticpy 0.8.0: description, item_list,
    action, item_dict, auto_display, height, width, display_filter.

    Examples
    --------
    >>> host = SelectItem("Host", {"web": "10.0.0.1", "mail": "10.0.0.2"}, value="mail", register=False)
    >>> host.value, host.label
    ('10.0.0.2', 'mail')
    """

    ALLOWED_KWARGS: ClassVar[list[str]] = [
        *RegisteredWidget.ALLOWED_KWARGS,
        *("description", "options", "item_list", "item_dict", "action", "value", "auto_display"),
        *("height", "width", "display_filter", "timeout", "unattended"),
    ]
    _MODULE = "select_item"
    _IN_ITS_CELL: ClassVar[bool] = True
    _EMPTY: ClassVar[str] = ""
    """What is shown if there are no options; without it, that is an error."""

    def __init__(
        self,
        description: str = "Select an item",
        options: object = None,
        action: Callable[..., Any] | None = None,
        value: Any = None,
        *seed: Any,
        item_list: object = None,
        item_dict: Mapping[Any, Any] | None = None,
        auto_display: bool = False,
        height: str = "100px",
        width: str = "50%",
        display_filter: bool = True,
        timeout: float = 0,
        unattended: str = "default",
        **registered: Any,
    ) -> None:
        if seed:
            shown = [auto_display, height, width, display_filter]
            auto_display, height, width, display_filter = _seed_order(seed, value, shown)
        if seed or (options is None and item_list is None and isinstance(value, Mapping)):
            item_dict, value = _one_of([item_dict, value], "item_dict="), None
        self.description = str(description or "")
        chosen = _one_of([options, item_list, item_dict], "options=, item_list= and item_dict=")
        self._options = self._made_options(chosen)
        self._details = Details(action)
        self._callbacks: list[Callable[[SelectItem], Any]] = []
        self._given: int | None = None
        self._stamp = 0
        self._be_question(timeout, unattended)
        registered.setdefault("id_vals", [self.description, self._options.digest])
        registered.setdefault("val_attrs", ["value", "occurrence"])
        super().__init__(**registered)
        self._highlighted = self._position = self._first_position(value)
        self._height, self._width = css_length(height), css_length(width)
        self._display_filter = bool(display_filter)
        if auto_display:
            self.display()

    def _made_options(self, source: object) -> Options:
        options = Options.of([] if source is None else source)
        if not len(options) and not self._EMPTY:
            raise ValueError(NOTHING)
        return options

    def _from_parameter(self, attribute: str, value: Any) -> Any:
        if attribute != "value" or not len(self._options):
            return value
        self._given = self._options.named(value, "the notebook parameter", label_first=True)
        return self._options.names[self._given]

    def _first_position(self, value: Any) -> int:
        """Return which option is selected at the start; -1 if there is none."""
        main, found = self._main, None
        if main.origin is Origin.PARAMETER and self._given is not None:
            found = self._given
        elif main.origin is Origin.ENVIRONMENT:
            found = self._options.named(main.value, str(main), label_first=True)
        elif main.origin is not Origin.MISSING:
            found = self._options.at(main.value, self._sourced["occurrence"].value)
        if found is not None:
            if main.origin is not Origin.PARAMETER or self._given is None:
                self._sourced["value"] = replace(main, value=self._options.names[found])
                self._note("value")
            return found
        self._sourced["value"] = Sourced(None, Origin.MISSING)
        if not len(self._options):
            return -1
        found = self._default_position(value)
        self._start("value", self._options.names[found])
        return found

    def _default_position(self, value: Any) -> int:
        return 0 if value is None or value == "" else self._options.named(value, "value")

    # -------------------------------------------------------------- what is selected

    @property
    def value(self) -> Any:
        """The selected value, as it was given; None if there is nothing to select.

        It can be set to a value or a label; one that is not there is a `ValueError`.
        """
        return self._options.values[self._position] if self._position >= 0 else None

    @value.setter
    def value(self, value: Any) -> None:
        self._select(self._options.named(value, "value"), Origin.CODE)
        self._show_state()
        self._redisplay()

    @property
    def label(self) -> str:
        """The selected item's label."""
        return self._options.labels[self._position] if self._position >= 0 else ""

    @property
    def options(self) -> list[tuple[str, Any]]:
        """The (label, value) pairs that can be selected."""
        return list(zip(self._options.labels, self._options.values, strict=True))

    @property
    def action_error(self) -> Exception | None:
        """What the latest call of the action raised, with its traceback; None if it was well."""
        return self._details.error

    def on_change(self, callback: Callable[[Any], Any]) -> None:
        """Call `callback` with the widget after each change of the selection.

        An error in it becomes a warning.
        """
        self._callbacks.append(callback)

    def _select(self, position: int, origin: Origin) -> None:
        """Select an option, remember it, and tell those that follow."""
        changed = position != self._position
        self._highlighted = self._position = position
        name = self._options.names[position]
        occurrence = self._options.occurrence(position)
        if len(self._options.positions(name)) > 1:
            self._set("occurrence", occurrence, origin)
        else:
            self._sourced["occurrence"] = Sourced(None, Origin.MISSING)
            self._memory.values.pop("occurrence", None)
        self._set("value", name, origin)
        if not changed:
            return
        self._details.update(self._action_value(position))
        for callback in list(self._callbacks):
            try:
                callback(self)
            except Exception as error:  # noqa: BLE001 (a follower must not end the widget)
                warn(f"{callback!r} failed: {type(error).__name__}: {visible(str(error), 200)}")

    def _action_value(self, position: int) -> Any:
        """Return what the action is called with."""
        return self._options.values[position]

    # -------------------------------------------------------------- asking

    @property
    def decision(self) -> Decision | None:
        """What was decided, by whom and when; None before an answer."""
        decision = self._decision
        if decision is None or decision.value is None:
            return decision
        return replace(decision, value=self._value_at(decision.value))

    def ask(self) -> Any:
        """Wait until an item is confirmed, and return its value; see `Question.ask`."""
        return self._value_at(super().ask())

    async def ask_async(self) -> Any:
        """Like `ask`, while other tasks of the cell go on. Later cells are held back too."""
        return self._value_at(await super().ask_async())

    async def display_async(self, reset: bool = False) -> Any:
        """Show the widget, wait until there is a decision, and return its value."""
        if self._decision is None or self._decision.how is How.INTERRUPTED or reset:
            return await self.ask_async()
        return self._value_at(await super().display_async(reset))

    # Positions are what is decided here: of two options with one value, the one that was meant.

    def _value_at(self, position: int) -> Any:
        return self._options.values[position] if position >= 0 else None

    def _decided_by_parameter(self) -> Decision | None:
        self._highlighted = self._position
        if self._position < 0:
            return Decision.now(-1, How.DEFAULT, NOTHING)
        if self._main.origin is not Origin.PARAMETER:
            return None
        return Decision.now(self._position, How.PARAMETER, f"“{self._main.name}”")

    def _fallback(self) -> tuple[int, str]:
        return self._position, "" if self._main.origin is Origin.DEFAULT else f"as {self.value_source}"

    def _ask_line(self, deadline: float | None) -> int | None:
        labels = self._options.labels
        return ask_option(running_kernel(), self.description, labels, self._position, deadline)

    def _settle(self, decision: Decision) -> None:
        shown, self._highlighted = self._highlighted, decision.value
        if decision.how in _ORIGINS:
            self._select(decision.value, _ORIGINS[decision.how])
        elif shown != decision.value and decision.value >= 0:
            self._details.update(self._action_value(decision.value))

    def _told_value(self, value: Any) -> str:
        return visible(repr(self._options.labels[value]), 100) if value >= 0 else NOTHING

    # -------------------------------------------------------------- the view

    def _state(self) -> dict[str, Any]:
        return {
            "description": visible(self.description),
            "items": self._options.first(),
            "total": len(self._options),
            "selected": self._highlighted,
            "stamp": self._stamp,
            "label": visible(self.label, LABEL_CHARACTERS),
            "display_filter": self._display_filter,
            "height": self._height,
            "width": self._width,
            "has_action": self._details.action is not None,
            "details": self._details.on,
            "source": visible(self.value_source, 200) if self._position >= 0 else "",
            "problem": visible(self._problem),
            "empty": self._EMPTY,
            "fallback": visible(self.label, 200),
            **self._question_state(),
        }

    def _publish(self) -> None:
        super()._publish()
        if self._position >= 0:
            self._details.publish(self._action_value(self._highlighted))

    def _on_event(self, event: str, content: dict[str, Any]) -> None:
        index = content.get("index")
        there = type(index) is int and 0 <= index < len(self._options)
        if event == "shown":
            self._show_state()
        elif event == "items":
            message = self._options.items_message(content)
            if message is not None:
                self._send(message)
        elif event == "select":
            stamp = content.get("stamp")
            self._stamp = stamp if type(stamp) is int else self._stamp
            if there and self._is_current(content):
                self._on_select(int(str(index)))
            self._show_state()
        elif event == "answer" and there and self._is_current(content):
            self._answer_with(index)
        elif event == "details" and isinstance(content.get("on"), bool):
            self._on_details(content["on"])

    def _on_select(self, position: int) -> None:
        if self._waiting:
            if self._settled.is_set():
                return
            if position != self._highlighted:
                self._highlighted = position
                self._details.update(self._action_value(position))
        elif not self._shows_answer:
            self._select(position, Origin.CHOSEN)

    def _on_details(self, on: bool) -> None:
        self._details.on = on
        if not on:
            self._details.clear()
        elif self._highlighted >= 0:
            self._details.update(self._action_value(self._highlighted))
        self._show_state()

    def _record(self) -> Bundle:
        if self._position < 0:
            return value_record(self.description, self._EMPTY, "", self._problem)
        return value_record(self.description, self.label, self._told(), self._problem)

    def _answered_record(self) -> Bundle:
        decision = self._decision
        if decision is None or decision.how is How.INTERRUPTED:
            reason = decision.reason if decision else "no answer yet"
            return value_record(self.description, "(no answer)", reason, self._problem)
        return value_record(self.description, self.label or self._EMPTY, decision.reason, self._problem)

    def __repr__(self) -> str:
        """Return the description and the selected label, cut to one line."""
        return f"{type(self).__name__}({visible(self.description, 60)!r}, label={visible(self.label, 60)!r})"


class SelectString(SelectItem):
    """`SelectItem` with its arguments in the order of msticpy 0.8.0."""

    def __init__(
        self,
        description: str = "Select an item",
        item_list: Iterable[Any] | None = None,
        action: Callable[..., Any] | None = None,
        item_dict: Mapping[Any, Any] | None = None,
        auto_display: bool = False,
        height: str = "100px",
        width: str = "50%",
        display_filter: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(
            description,
            item_list,
            action,
            item_dict=item_dict,
            auto_display=auto_display,
            height=height,
            width=width,
            display_filter=display_filter,
            **more,
        )


_ORIGINS = {How.CLICK: Origin.CHOSEN, How.TYPED: Origin.TYPED}


def _one_of(things: Iterable[Any], names: str) -> Any:
    given = [thing for thing in things if thing is not None]
    if len(given) > 1:
        raise ValueError(f"{names} are the same parameter; give one")
    return given[0] if given else None


def _seed_order(seed: tuple[Any, ...], fourth: Any, shown: list[Any]) -> list[Any]:
    """Return `auto_display`, `height`, `width` and `display_filter` of a call in the order of 0.8.0."""
    if len(seed) > len(shown):
        raise TypeError(f"SelectItem takes 8 positional arguments at most, got {len(seed) + 4}")
    if fourth is not None and not isinstance(fourth, Mapping):
        raise TypeError(
            "with more than 4 positional arguments they are those of msticpy 0.8.0, of which the fourth is "
            f"item_dict, a mapping; got {visible(repr(fourth), 60)}: write value= and what follows by name"
        )
    return [*seed, *shown[len(seed) :]]


__all__ = ["SelectItem", "SelectString"]
