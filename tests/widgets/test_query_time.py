"""QueryTime outside a notebook, and in a kernel: typing, memory, parameters, events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from huntbook import QueryError, QueryProvider, TimeSpan
from huntbook.widgets import QueryTime, QueryTimes, TimeUnit, registry
from huntbook.widgets.time_unit import default_before_after, default_max_buffer, parse_time_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from front_end import FrontEnd

ORIGIN = datetime(2026, 11, 20, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def fixed(**more: Any) -> QueryTime:
    return QueryTime(**{"origin_time": ORIGIN, "units": "hour", "before": 6, "after": 2, **more})


def typed(widget: QueryTime, field: str, value: str) -> dict[str, str]:
    widget._on_message({"event": "typed", "field": field, "value": value, "token": "t"})
    problems: dict[str, str] = widget._state()["problems"]
    return problems


# ---------------------------------------------------------------- construction


def test_period_reaches_from_the_origin_in_units() -> None:
    hunt = fixed()
    assert (hunt.start, hunt.end) == (ORIGIN - 6 * HOUR, ORIGIN + 2 * HOUR)
    assert (hunt.before, hunt.after, hunt.units) == (6, 2, "Hour")
    assert hunt.value == hunt.timespan == TimeSpan(hunt.start, hunt.end)
    assert hunt.query_params == {"start": hunt.start, "end": hunt.end}
    assert QueryTimes is QueryTime


def test_order_of_the_seeds_parameters_holds_by_position() -> None:
    hunt = QueryTime(ORIGIN, 1, 2, 10, 20, "When", "day", False)
    assert hunt.description == "When"
    assert hunt.value.period == timedelta(days=3)
    state = hunt._state()
    assert state["high"] - state["low"] == 30 * 864e5


@pytest.mark.parametrize(
    ("unit", "reach", "limit"),
    [("min", 60, 240), ("hour", 6, 72), ("day", 1, 28), ("week", 1, 20), ("moon", 60, 240), ("s", 60, 240)],
)
def test_defaults_of_each_unit(unit: str, reach: int, limit: int) -> None:
    found = parse_time_unit(unit)
    assert default_before_after(None, found) == reach
    assert default_max_buffer(None, reach, found) == limit
    assert default_max_buffer(None, -limit, found) == 4 * limit
    hunt = QueryTime(units=unit, origin_time=ORIGIN, register=False)
    assert (hunt.before, hunt.after) == (reach, reach)


def test_unit_names_of_both_versions_are_the_same() -> None:
    assert TimeUnit.hour is TimeUnit.HOUR == 3600
    assert [unit.name for unit in TimeUnit] == ["SECOND", "MINUTE", "HOUR", "DAY", "WEEK"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"timespan": "2026-11-20/2026-11-21"}, ("2026-11-20", "2026-11-21")),
        ({"timespan": ("2026-11-20", "2026-11-21")}, ("2026-11-20", "2026-11-21")),
        ({"start": "2026-11-20", "end": "2026-11-21"}, ("2026-11-20", "2026-11-21")),
        ({"end": "2026-11-21", "before": 20, "after": 4, "units": "h"}, ("2026-11-20", "2026-11-21")),
    ],
)
def test_period_can_be_given(given: dict[str, Any], expected: tuple[str, str]) -> None:
    assert QueryTime(**given, register=False).value == TimeSpan(*expected)


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ({"start": "2026-11-21", "end": "2026-11-20"}, ValueError, "is after the end"),
        ({"before": -5, "after": 1}, ValueError, "is after the end"),
        ({"before": float("inf")}, ValueError, "is no number of units"),
        ({"origin_time": "01/02/2026"}, QueryError, "order"),
        ({"origin_tme": "now"}, TypeError, "did you mean `origin_time`"),
        ({"nb_params": {"strat": "x"}}, ValueError, "did you mean 'start'"),
    ],
)
def test_what_cannot_be_a_period_is_refused(given: dict[str, Any], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        QueryTime(**given)


# ---------------------------------------------------------------- setting


def test_period_is_set_as_a_whole_or_by_an_end() -> None:
    hunt = fixed()
    hunt.value = "2026-11-01/1d"
    assert hunt.value == TimeSpan("2026-11-01", "2026-11-02")
    hunt.timespan = TimeSpan("2026-11-01", "2026-11-03")
    hunt.set_time(start="2026-11-02")
    assert hunt.value == TimeSpan("2026-11-02", "2026-11-03")
    hunt.set_time(end="2026-11-02 12:00")
    assert hunt.value.period == 12 * HOUR
    assert hunt.value_source == "set in code"
    for wrong in ({}, {"start": "2026-12-01"}):
        with pytest.raises(ValueError, match=r"set_time|after the end"):
            hunt.set_time(**wrong)


def test_origin_takes_the_period_along_and_a_unit_leaves_it() -> None:
    hunt = fixed()
    hunt.origin_time = "2026-11-21 08:00"
    assert hunt.value == TimeSpan("2026-11-21 02:00", "2026-11-21 10:00")
    hunt.units = "day"
    assert hunt.value == TimeSpan("2026-11-21 02:00", "2026-11-21 10:00")
    assert (hunt.units, hunt.before) == ("Day", 0.25)


def test_typed_text_that_is_refused_keeps_the_period_and_is_kept_itself() -> None:
    hunt = fixed()
    before = hunt.value
    for text in ("01/02/2026", "", "\x00", "\ud800", "2026-12-01", "<b>" * 400_000):
        assert typed(hunt, "start", text)["start"]
        assert hunt.value == before
        assert (
            len(hunt._state()["refused"]["start"]) == min(len(hunt._typed["start"]), 1000) or "\ud800" in text
        )
    assert typed(hunt, "start", "2026-11-20") == {}
    assert hunt.start == datetime(2026, 11, 20, tzinfo=UTC)


def test_start_typed_after_the_end_is_taken_once_the_end_is_later() -> None:
    hunt = fixed()
    assert "is after the end" in typed(hunt, "start", "2026-12-01")["start"]
    assert typed(hunt, "end", "2026-12-02") == {}
    assert hunt.value == TimeSpan("2026-12-01", "2026-12-02")
    assert typed(hunt, "start", "2026-11-01/2026-11-02") == {}
    assert hunt.value == TimeSpan("2026-11-01", "2026-11-02")


def test_messages_of_any_kind_break_nothing() -> None:
    hunt = fixed()
    before = hunt.value
    for value in (None, [], {}, "x", float("nan"), float("inf"), 1e300, -1e300, True, 10**400):
        for event in ("typed", "moved", "unit", "preset", "left", "shown", 5):
            for field in ("start", "end", "origin", "_span", None):
                hunt._on_message({"event": event, "field": field, "value": value, "token": value})
    hunt._on_message({})
    assert hunt.start <= hunt.end
    assert hunt.end == before.end


# ---------------------------------------------------------------- memory and parameters


def test_chosen_period_is_remembered_without_an_origin() -> None:
    QueryTime(units="day").set_time(start="2026-11-01", end="2026-11-02")
    again = QueryTime(units="day")
    assert again.value == TimeSpan("2026-11-01", "2026-11-02")
    assert QueryTime(units="hour").value != again.value
    assert again.value_source == "set in code"


def test_period_that_nobody_chose_moves_with_the_present_moment() -> None:
    first = QueryTime(units="day")
    assert registry.list() == []
    assert abs(first.origin_time - datetime.now(UTC)) < timedelta(seconds=5)


PARAMETERS: list[tuple[dict[str, str], dict[str, Any], Callable[[QueryTime], bool]]] = [
    ({"timespan": "p"}, {"p": "2026-11-01/2026-11-02"}, lambda w: w.value.period == 24 * HOUR),
    ({"timespan": "p"}, {"p": ["2026-11-01", "2026-11-02"]}, lambda w: w.value.period == 24 * HOUR),
    ({"timespan": "p"}, {"p": (ORIGIN, ORIGIN + HOUR)}, lambda w: w.value.period == HOUR),
    ({"timespan": "p"}, {"p": "-1d"}, lambda w: abs(w.value.period - 24 * HOUR) < HOUR / 60),
    ({"start": "p"}, {"p": "2026-11-19"}, lambda w: (w.start.day, w.end.day) == (19, 20)),
    ({"start": "p"}, {"p": "2026-12-01"}, lambda w: (w.start.month, w.value.period) == (12, 8 * HOUR)),
    ({"end": "p"}, {"p": "2026-11-01"}, lambda w: (w.end.day, w.value.period) == (1, 8 * HOUR)),
    (
        {"start": "p", "end": "q"},
        {"p": "2026-12-01", "q": "2026-12-03"},
        lambda w: w.value.period == 48 * HOUR,
    ),
    ({"before": "p"}, {"p": 1}, lambda w: w.start == ORIGIN - HOUR),
    ({"after": "p"}, {"p": "1.5"}, lambda w: w.end == ORIGIN + 1.5 * HOUR),
    ({"units": "p"}, {"p": "day"}, lambda w: w.units == "Day"),
    ({"origin_time": "p"}, {"p": "2026-11-01"}, lambda w: w.end == datetime(2026, 11, 1, 2, tzinfo=UTC)),
]


@pytest.mark.parametrize(("names", "variables", "holds"), PARAMETERS)
def test_parameter_of_each_attribute_yields_to_what_is_chosen_later(
    names: dict[str, str], variables: dict[str, Any], holds: Callable[[QueryTime], bool]
) -> None:
    widget = fixed(id="x", nb_params=names, name_space=variables)
    assert holds(widget)
    assert holds(fixed(id="x", nb_params=names, name_space=variables))
    widget._on_message({"event": "unit", "value": "Hour"})
    typed(widget, "start", "2025-01-01")
    typed(widget, "end", "2025-01-02")
    again = fixed(id="x", nb_params=names, name_space=variables)
    assert again.value == TimeSpan("2025-01-01", "2025-01-02")
    assert again.value_source == "typed"


def test_changed_parameter_beats_what_was_typed() -> None:
    variables: dict[str, Any] = {"since": "2026-11-19"}
    typed(fixed(id="x", nb_params={"start": "since"}, name_space=variables), "start", "2026-11-18")
    variables["since"] = "2026-11-17"
    again = fixed(id="x", nb_params={"start": "since"}, name_space=variables)
    assert again.start.day == 17
    assert again.value_source == "notebook parameter “since”"


def test_parameter_that_is_no_time_or_out_of_order_is_refused() -> None:
    with pytest.raises(QueryError):
        QueryTime(param="p", name_space={"p": "perhaps"})
    with pytest.raises(ValueError, match="after the end"):
        QueryTime(nb_params={"start": "p", "end": "q"}, name_space={"p": "2026-11-02", "q": "2026-11-01"})


def test_export_gives_parameters_that_make_the_same_period() -> None:
    names = {"timespan": "span", "start": "since", "end": "until", "units": "unit"}
    widget = fixed(id="x", nb_params=names, name_space={})
    typed(widget, "start", "2026-11-01 00:00:00.5")
    exported = registry.export()
    assert exported["since"] == "2026-11-01T00:00:00.500000+00:00"
    registry.reset()
    assert fixed(id="x", nb_params=names, name_space=exported).value == widget.value
    span_only = {"span": exported["span"]}
    assert fixed(id="y", nb_params={"timespan": "span"}, name_space=span_only).value == widget.value


def test_environment_gives_the_period(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNT_PERIOD", "2026-11-01/2d")
    assert QueryTime(env_var="HUNT_PERIOD").value == TimeSpan("2026-11-01", "2026-11-03")


def test_unregistered_widget_remembers_nothing() -> None:
    fixed(register=False).set_time(start="2026-11-01")
    assert fixed(register=False).start.day == 20
    assert len(registry) == 0


# ---------------------------------------------------------------- queries and events


def test_query_takes_its_times_from_the_widget() -> None:
    query = QueryProvider("MSSentinel").Azure.list_audit_actions_for_user
    text = query("print", fixed(), account_name="ada")
    assert "datetime(2026-11-20T02:00:00" in text
    assert "datetime(2026-11-20T10:00:00" in text


class Alerts:
    def __init__(self, event_time: object) -> None:
        self.event_time = event_time
        self.callbacks: list[Callable[..., None]] = []

    def on_change(self, callback: Callable[..., None]) -> None:
        self.callbacks.append(callback)

    def select(self, event_time: object) -> None:
        self.event_time = event_time
        for callback in self.callbacks:
            callback(self)


def test_period_follows_the_selected_event() -> None:
    alerts = Alerts("2026-11-20 08:00")
    hunt = fixed(origin_time=alerts)
    assert hunt.value == TimeSpan("2026-11-20 02:00", "2026-11-20 10:00")
    alerts.select(datetime(2026, 11, 22, 8, tzinfo=UTC))
    assert hunt.value == TimeSpan("2026-11-22 02:00", "2026-11-22 10:00")
    typed(hunt, "start", "2026-11-22 07:00")
    again = fixed(origin_time=alerts)
    assert again.value == TimeSpan("2026-11-22 07:00", "2026-11-22 10:00")
    alerts.event_time = "2026-11-25 08:00"
    assert fixed(origin_time=alerts).value == TimeSpan("2026-11-25 02:00", "2026-11-25 10:00")


def test_event_without_a_time_is_said_and_the_period_stays() -> None:
    alerts = Alerts(None)
    hunt = fixed(origin_time=alerts, register=False)
    assert "has no time" in hunt._state()["problems"]["origin"]
    alerts.select("2026-11-22 08:00")
    assert hunt.start.day == 22
    alerts.select("<b>")
    assert hunt.start.day == 22
    assert "has no time" in hunt._state()["problems"]["origin"]


def test_widget_follows_one_other_widget_at_a_time() -> None:
    first, second = Alerts("2026-11-20 08:00"), Alerts("2026-11-21 08:00")
    hunt = fixed(origin_time=first)
    hunt.follow(second)
    assert hunt.end.day == 21
    first.select("2026-11-01")
    assert hunt.end.day == 21


# ---------------------------------------------------------------- in a kernel

MAKE = "hunt = QueryTime(units='hour', before=6, after=0, param='period'); hunt"


@pytest.mark.notebook
def test_typed_period_arrives_is_recorded_and_a_new_widget_starts_with_it(kernel: FrontEnd) -> None:
    shown = kernel.run_now(MAKE, cell_id="a")
    view = kernel.views[-1]
    kernel.send(view, event="typed", field="start", value="Nov 19, 2026 8:00 PM", token="one")  # noqa: S106
    kernel.send(view, event="typed", field="start", value="01/02/2026", token="two")  # noqa: S106
    kernel.until(lambda: view["state"]["seen"] == "two")
    assert "order" in view["state"]["problems"]["start"]
    assert view["state"]["start_text"] == "2026-11-19 20:00:00"
    kernel.send(view, event="typed", field="end", value="2026-11-20", token="three")  # noqa: S106
    kernel.send(view, event="left")
    kernel.until(lambda: "to 2026-11-20 00:00:00 UTC, 4 hours (typed, 20" in shown.bundle["text/plain"])
    kernel.run_now("del hunt; import gc; gc.collect()")
    assert kernel.run_now(MAKE, cell_id="a").text == ""
    assert kernel.views[-1]["state"]["end_text"] == "2026-11-20 00:00:00"
    kernel.run_now("period = ['2026-11-01', '2026-11-02']")
    kernel.run_now(MAKE, cell_id="a")
    assert (
        kernel.run_now("print(hunt.start.day, hunt.value_source)").text == "1 notebook parameter “period”\n"
    )
    kernel.run_now("del period")


@pytest.mark.notebook
def test_unattended_widget_is_shown_as_its_record(kernel: FrontEnd) -> None:
    cell = kernel.run_now("QueryTime(timespan='2026-11-20/1d')", attended=False)
    assert set(cell.bundle) == {"text/plain", "text/html"}
    assert "2026-11-20 00:00:00 to 2026-11-21 00:00:00 UTC, 1 day (default)" in cell.bundle["text/plain"]
    assert not kernel.views
