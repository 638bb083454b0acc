"""What a query may take: rows, time and memory."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

import huntbook as hb

PAIRS = (
    "range x from 1 to 20000 step 1 | extend k = 1 | as T | join kind=inner T on k | summarize sum(x * x1)"
)


@pytest.mark.parametrize("timeout", [0.05, timedelta(milliseconds=50), "50ms"])
def test_a_long_query_ends_in_time(timeout: float | timedelta | str) -> None:
    began = time.monotonic()
    with pytest.raises(hb.LimitError, match=r"longer than its 0\.05 s") as caught:
        hb.kql(PAIRS, timeout=timeout)
    assert caught.value.code == "KQL0402"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("memory", [1_000, "1 kB"])
def test_a_join_beyond_its_memory_is_an_error_that_says_where(memory: int | str) -> None:
    with pytest.raises(hb.LimitError, match=r"more than its 1 kB of memory, in a join") as caught:
        hb.Database([]).query(PAIRS, memory=memory)
    assert caught.value.code == "KQL0401"


def test_limits_that_are_wide_enough_change_nothing() -> None:
    answer = hb.kql("range x from 1 to 5 step 1 | sort by x asc", timeout=60, memory="1GB", limit=5)
    assert (answer["x"], answer.complete) == ([1, 2, 3, 4, 5], True)


@pytest.mark.parametrize("limits", [{"timeout": -1}, {"timeout": "soon"}, {"memory": "much"}, {"memory": 0}])
def test_what_is_no_limit_is_refused(limits: dict[str, object]) -> None:
    with pytest.raises(hb.ConfigError):
        hb.kql("print 1", **limits)  # type: ignore[arg-type]


def test_a_limit_below_zero_is_refused() -> None:
    with pytest.raises(hb.ConfigError, match="limit takes a number of rows, not -1"):
        hb.kql("print 1", limit=-1)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, float("nan"), float("inf"), "\ud800"])
def test_a_value_that_a_query_cannot_hold_is_refused_by_name(value: object) -> None:
    with pytest.raises(hb.QueryError, match="parameter 'a'"):
        hb.kql("print x = {a}", parameters={"a": value})


def test_the_greatest_whole_numbers_arrive_as_they_are() -> None:
    for value in (2**63 - 1, -(2**63) + 1):
        assert hb.kql("print x = {a}", parameters={"a": value})["x"] == [value]
