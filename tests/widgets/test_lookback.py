"""Lookback outside a notebook and in a kernel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from huntbook import QueryProvider, TimeSpan
from huntbook.widgets import Lookback

if TYPE_CHECKING:
    from front_end import FrontEnd

ORIGIN = datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_period_ends_at_the_origin() -> None:
    back = Lookback(4, origin_time=ORIGIN)
    assert (back.value, back.lookback) == (4, 4)
    assert (back.start, back.end) == (ORIGIN - timedelta(hours=4), ORIGIN)
    assert back.timespan == TimeSpan(back.start, back.end)
    text = QueryProvider("MSSentinel").Azure.list_audit_actions_for_user("print", back, account_name="a")
    assert "datetime(2026-11-20T04:00:00" in text


def test_origin_is_the_present_moment_in_utc() -> None:
    assert abs(Lookback().end - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("named", "description"),
    [
        ({}, "Select time (hour) to look back"),
        ({"units": "day"}, "Select time (day) to look back"),
        ({"label": "Back {units} {x}"}, "Back hour {x}"),
        ({"description": "Back"}, "Back"),
    ],
)
def test_description_names_the_unit(named: dict[str, str], description: str) -> None:
    assert Lookback(**named).description == description


def test_value_is_set_in_its_range_only() -> None:
    back = Lookback(max_value=10, origin_time=ORIGIN)
    back.value = 2.5
    back.lookback = "3"  # type: ignore[assignment]
    assert back.value == 3
    for wrong in (0, 11, float("nan"), "x", None, True):
        with pytest.raises((ValueError, TypeError)):
            back.value = wrong  # type: ignore[assignment]
    assert back.value == 3


@pytest.mark.parametrize(
    "named",
    [
        {"default": 100, "max_value": 10},
        {"min_value": 5, "max_value": 4},
        {"default": 10**9, "units": "week"},
    ],
)
def test_range_that_cannot_be_is_refused(named: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"between|greater|outside"):
        Lookback(**named)


def test_chosen_number_is_remembered_and_fits_a_newer_range() -> None:
    Lookback(id="x").value = 50
    assert Lookback(id="x").value == 50
    assert Lookback(id="x", max_value=20).value == 20


def test_parameter_gives_the_number() -> None:
    back = Lookback(
        param="hours", nb_params={"origin_time": "at"}, name_space={"hours": "12", "at": "2026-11-20"}
    )
    assert (back.value, back.end.day) == (12, 20)
    assert back.value_source == "notebook parameter “hours”"
    with pytest.raises(ValueError, match="between"):
        Lookback(param="hours", name_space={"hours": 1000})


def test_messages_of_any_kind_break_nothing() -> None:
    back = Lookback(origin_time=ORIGIN)
    for value in (None, [], "<b>", float("nan"), "9" * 1_000_000, 10**400, "1e400", True):
        for event in ("typed", "moved", "left", "other"):
            back._on_message({"event": event, "value": value, "token": value})
        assert len(back._state()["wrong"]) < 400
    assert back.value == 6


@pytest.mark.notebook
def test_number_of_a_cell_is_remembered_and_another_cells_is_its_own(kernel: FrontEnd) -> None:
    make = "back = Lookback(); back"
    kernel.run_now(make, cell_id="a")
    kernel.send(kernel.views[-1], event="moved", value="24", token="one")  # noqa: S106
    kernel.until(lambda: kernel.views[-1]["state"]["seen"] == "one")
    kernel.run_now(make, cell_id="a")
    assert kernel.views[-1]["state"]["value"] == 24
    assert kernel.run_now(make, cell_id="b").text == ""
    assert kernel.views[-1]["state"]["value"] == 6
