"""QueryTime where msticpy 3.0.2 goes wrong: one test for each defect that was seen there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from huntbook import TimeSpan, nbwidgets
from huntbook.timespan import moment
from huntbook.widgets import QueryTime, registry

NOW = datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)


def test_running_the_cell_again_remembers_although_the_origin_is_now() -> None:
    QueryTime().set_time(start="2026-11-01", end="2026-11-02")
    assert QueryTime().value == TimeSpan("2026-11-01", "2026-11-02")
    QueryTime(origin_time=datetime(2026, 11, 20, 8, 0, 0, 123456, tzinfo=UTC)).set_time(start="2026-10-01")
    again = QueryTime(origin_time=datetime(2026, 11, 20, 8, 0, 1, 123456, tzinfo=UTC))
    assert again.value_source == "set in code"


def test_nb_params_and_name_space_are_honoured() -> None:
    hunt = QueryTime(nb_params={"start": "since"}, name_space={"since": "2026-11-01"})
    assert hunt.start == datetime(2026, 11, 1, tzinfo=UTC)


def test_register_false_is_honoured() -> None:
    QueryTime(register=False).set_time(start="-9d")
    assert len(registry) == 0


def test_id_vals_are_honoured() -> None:
    QueryTime(id_vals=["a"]).set_time(start="2026-11-01", end="2026-11-02")
    assert QueryTime(id_vals=["b"]).value_source == "default"
    assert QueryTime(id_vals=["a"], description="other").value_source == "set in code"


def test_parameters_are_taken_by_position() -> None:
    hunt = QueryTime(NOW, 2, 1, 28, 28, "Label", "day")
    assert hunt.value == TimeSpan(NOW - timedelta(days=2), NOW + timedelta(days=1))


def test_start_after_end_is_a_value_error_that_says_so() -> None:
    with pytest.raises(ValueError, match=r"the start 2026-11-02.* is after the end 2026-11-01"):
        QueryTime(start="2026-11-02", end="2026-11-01")


def test_boxes_for_start_and_end_are_read() -> None:
    hunt = QueryTime(origin_time=NOW)
    for field, text in (("start", "2026-11-19 07:00"), ("end", "2026-11-19 09:00")):
        hunt._on_message({"event": "typed", "field": field, "value": text})
    assert hunt.value == TimeSpan("2026-11-19 07:00", "2026-11-19 09:00")


def test_time_without_microseconds_is_not_undone() -> None:
    hunt = QueryTime(origin_time=NOW)
    hunt._on_message({"event": "typed", "field": "origin", "value": "2026-11-20 10:00:00"})
    assert hunt.origin_time == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert hunt._state()["origin_text"] == "2026-11-20 10:00:00"


def test_unknown_keyword_is_a_type_error_that_names_the_near_one() -> None:
    with pytest.raises(TypeError, match=r"QueryTime has no parameter `befor`; did you mean `before`"):
        QueryTime(befor=1)


def test_seeds_name_exists() -> None:
    assert nbwidgets.QueryTimes is nbwidgets.QueryTime


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-30m", NOW - timedelta(minutes=30)),
        ("-1mon", datetime(2026, 10, 20, 8, 15, 30, tzinfo=UTC)),
        ("-1d@mon", datetime(2026, 11, 1, tzinfo=UTC)),
        ("1d@d", datetime(2026, 11, 21, tzinfo=UTC)),
        ("-1.5d", NOW - timedelta(days=1.5)),
        ("yesterday", datetime(2026, 11, 19, tzinfo=UTC)),
    ],
)
def test_relative_times_are_right(text: str, expected: datetime) -> None:
    assert moment(text, NOW) == expected
