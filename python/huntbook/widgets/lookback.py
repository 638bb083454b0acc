"""How far to look back from a point in time."""

from __future__ import annotations

import dataclasses
import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from huntbook.timespan import TimeSpan, moment
from huntbook.widgets._decision import value_record
from huntbook.widgets._display import IPyDisplayMixin
from huntbook.widgets._memory import Origin
from huntbook.widgets._registered import RegisteredWidget
from huntbook.widgets._text import sendable, visible
from huntbook.widgets._time_record import first_line, milliseconds, told_time
from huntbook.widgets._time_start import whole_now
from huntbook.widgets.time_unit import default_before_after, default_max_buffer, parse_time_unit

if TYPE_CHECKING:
    from datetime import datetime

    from huntbook.widgets._display import Bundle


class Lookback(RegisteredWidget, IPyDisplayMixin):
    """A number of hours (or other units) to look back, chosen by slider or in a box.

    Parameters
    ----------
    default
        The number to start with; as is usual for the unit if not given: 60 minutes, 6 hours, a day, a
        week.
    description
        What is asked for; `{units}` in it is the unit.
    origin_time
        From when: a time in any spelling; the present moment if not given.
    min_value, max_value
        Least and greatest number. If not given, they are 1 and what is usual for the unit.
    units
        `"second"`, `"minute"`, `"hour"`, `"day"` or `"week"`; the first letter counts.
    auto_display
        Show the widget at once.
    label
        The same as `description`.
    **registered
        The parameters of `RegisteredWidget`; `nb_params` may name `value` and `origin_time`.

    Raises
    ------
    ValueError
        If a number is none, `default` or a parameter's value is out of range, or the range is empty.
    QueryError
        If a text is no time.

    Notes
    -----
    Without an `id`, the widget is another one in another cell.

    Examples
    --------
    >>> back = Lookback(4, origin_time="2026-11-20 08:00", register=False)
    >>> back.start.isoformat(), back.description
    ('2026-11-20T04:00:00+00:00', 'Select time (hour) to look back')
    """

    ALLOWED_KWARGS: ClassVar[list[str]] = [
        *RegisteredWidget.ALLOWED_KWARGS, "default", "description", "origin_time", "min_value",
        "max_value", "units", "auto_display", "label",
    ]  # fmt: skip
    _MODULE = "lookback"
    _IN_ITS_CELL = True

    def __init__(
        self,
        default: float | None = None,
        description: str = "Select time ({units}) to look back",
        origin_time: Any = None,
        min_value: float | None = None,
        max_value: float | None = None,
        units: str = "hour",
        auto_display: bool = False,
        *,
        label: str | None = None,
        **registered: Any,
    ) -> None:
        self._unit = parse_time_unit(units)
        told = str(label if label is not None else description)
        self.description = told.replace("{units}", self._unit.name.lower())
        usual = _number(default_before_after(default, self._unit))
        self.min_value = 1 if min_value is None else _number(min_value)
        reach = default_max_buffer(None, max(usual, self.min_value), self._unit)
        self.max_value = _number(reach if max_value is None else max_value)
        if self.min_value > self.max_value:
            raise ValueError(f"min_value {self.min_value} is greater than max_value {self.max_value}")
        if default is None:
            usual = min(max(usual, self.min_value), self.max_value)
        self._in_range(usual)
        self._wrong = ""
        self._seen = ""
        registered.setdefault("id_vals", [self.description, self._unit.name, default])
        registered.setdefault("val_attrs", ["value", "origin_time"])
        super().__init__(**registered)
        given = self._sourced["origin_time"].value
        given = origin_time if given is None else given
        self._origin = whole_now() if given is None else moment(given)
        # What was chosen earlier may lie outside the range that the code names now.
        chosen = min(max(_number(self._start("value", usual)), self.min_value), self.max_value)
        self._sourced["value"] = dataclasses.replace(self._main, value=chosen)
        self._note("value")
        self._from(self.max_value)
        if auto_display:
            self.display()

    def _from_parameter(self, attribute: str, value: Any) -> Any:
        if attribute == "value":
            return self._in_range(_number(value))
        moment(value)
        return value if isinstance(value, str) else moment(value)

    def _in_range(self, number: float) -> float:
        if not self.min_value <= number <= self.max_value:
            raise ValueError(f"{number} is not between {self.min_value} and {self.max_value}")
        return number

    # -------------------------------------------------------------- what was chosen

    @property
    def value(self) -> float:
        """How many units to look back. Set, it must be in the range."""
        number: float = self._main.value
        return number

    @value.setter
    def value(self, number: float) -> None:
        self._take(number, Origin.CODE)
        self._redisplay()

    @property
    def lookback(self) -> float:
        """The same as `value`."""
        return self.value

    @lookback.setter
    def lookback(self, number: float) -> None:
        self.value = number

    @property
    def units(self) -> str:
        """The unit, such as `'Hour'`."""
        return self._unit.told

    @property
    def origin_time(self) -> datetime:
        """From when, in UTC."""
        return self._origin

    @property
    def start(self) -> datetime:
        """Where the period starts, in UTC."""
        return self._from(self.value)

    @property
    def end(self) -> datetime:
        """Where the period ends: the origin."""
        return self._origin

    @property
    def timespan(self) -> TimeSpan:
        """The period."""
        return TimeSpan(self.start, self.end)

    @property
    def query_params(self) -> dict[str, datetime]:
        """The parameters that it gives a query: `start` and `end`."""
        return self.timespan.query_params

    def _from(self, number: float) -> datetime:
        try:
            return self._origin - number * timedelta(seconds=self._unit)
        except OverflowError as error:
            raise ValueError("the period reaches outside the years 1 to 9999") from error

    def _take(self, number: Any, how: Origin) -> None:
        self._set("value", self._in_range(_number(number)), how)
        self._wrong = ""
        self._show_state()

    # -------------------------------------------------------------- the view

    def _state(self) -> dict[str, Any]:
        return {
            "description": visible(self.description),
            "value": self.value,
            "least": self.min_value,
            "most": self.max_value,
            "unit": self.units,
            "start": milliseconds(self.start),
            "end": milliseconds(self.end),
            "source": visible(self.value_source, 200),
            "wrong": visible(self._wrong, 300),
            "problem": visible(self._problem),
            "seen": self._seen,
        }

    def _on_event(self, event: str, content: dict[str, Any]) -> None:
        self._seen = sendable(str(content.get("token", ""))[:80])
        if event in ("typed", "moved"):
            try:
                self._take(content.get("value"), Origin.TYPED if event == "typed" else Origin.CHOSEN)
            except (ValueError, TypeError) as error:
                self._wrong = first_line(error)
        self._show_state()

    def _record(self) -> Bundle:
        amount = f"{self.value:g} {self._unit.name.lower()}{'' if self.value == 1 else 's'}"
        told = f"{amount}: {told_time(self.start)} to {told_time(self.end)} UTC"
        return value_record(self.description, told, self._told(), self._problem)

    def __repr__(self) -> str:
        """Return the description and the value."""
        name = type(self).__name__
        return f"{name}({visible(self.description, 60)!r}, value={self.value}, units={self.units!r})"


def _number(value: Any) -> float:
    """Return a number, whole if it can be."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{str(value)[:40]!r} is no number")
    return int(number) if number.is_integer() else number


__all__ = ["Lookback"]
