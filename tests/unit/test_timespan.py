"""Points and periods of time from what a notebook has."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

import huntbook
from huntbook import QueryError, QueryProvider, TimeSpan
from huntbook.timespan import length, moment

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = datetime(2026, 11, 20, tzinfo=UTC)
SPAN = TimeSpan("2026-11-20", "2026-11-21")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (NOW, NOW),
        (datetime(2026, 11, 20, 8), NOW),  # noqa: DTZ001 (naive is what is tested)
        (datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=1))), NOW),
        (date(2026, 11, 20), DAY),
        ("2026-11-20 08:00 UTC", NOW),
        ("Fri, 20 Nov 2026 09:00:00 +0100", NOW),
        ("-1d@d", DAY - timedelta(days=1)),
        ("yesterday", DAY - timedelta(days=1)),
        ("epoch:1795161600", NOW),
    ],
)
def test_moment_of_any_kind_is_an_aware_datetime_in_utc(value: object, expected: datetime) -> None:
    found = moment(value, NOW)
    assert found == expected
    assert found.utcoffset() == timedelta()
    assert type(found) is datetime


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("01/02/2026", QueryError),
        ("\ud800", QueryError),
        ("9" * 1_000_000, QueryError),
        (None, ValueError),
        (5, TypeError),
        (1.5, TypeError),
        ([], TypeError),
        (datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))), ValueError),
    ],
)
def test_what_is_no_moment_is_refused_in_few_words(value: object, error: type[Exception]) -> None:
    with pytest.raises(error) as refused:
        moment(value)
    assert len(str(refused.value)) < 1000
    if error is QueryError:
        assert refused.value.code == "QRY0106"


@pytest.mark.pandas
def test_moment_of_pandas_and_numpy_is_a_plain_datetime() -> None:
    import pandas as pd

    stamp = pd.Timestamp("2026-11-20 09:00:00.123456789+01:00")
    assert moment(stamp) == NOW + timedelta(microseconds=123456)
    assert type(moment(stamp)) is datetime
    assert moment(pd.Timestamp("2026-11-20 08:00").to_datetime64()) == NOW
    for empty in (pd.NaT, pd.NaT.to_datetime64()):
        with pytest.raises(ValueError, match="there is no time"):
            moment(empty)
    assert TimeSpan(end=stamp, period=pd.Timedelta("2h")).period == timedelta(hours=2)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1d", timedelta(days=1)),
        ("-2h", timedelta(hours=2)),
        ("90m", timedelta(minutes=90)),
        ("1.5 hours", timedelta(minutes=90)),
        ("1d12h", timedelta(hours=36)),
        ("2 Weeks", timedelta(weeks=2)),
        (-timedelta(seconds=5), timedelta(seconds=5)),
    ],
)
def test_length_has_no_sign(value: object, expected: timedelta) -> None:
    assert length(value) == expected


@pytest.mark.parametrize("value", ["", "d", "1", "1 fortnight", "1mon", "1e3d", "9" * 400 + "d", "\u0661d"])
def test_text_that_is_no_length_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="time"):
        length(value)


class HasBoth:
    start, end = "2026-11-20", date(2026, 11, 21)


@pytest.mark.parametrize(
    "span",
    [
        TimeSpan(SPAN),
        TimeSpan(timespan=SPAN),
        TimeSpan(("2026-11-20", "2026-11-21")),
        TimeSpan(["2026-11-20", timedelta(days=1)]),
        TimeSpan(HasBoth()),
        TimeSpan({"start": "2026-11-20", "end": "2026-11-21"}),
        TimeSpan("2026-11-20", "24h"),
        TimeSpan("2026-11-20", period="1d"),
        TimeSpan("2026-11-20", end="2026-11-21"),
        TimeSpan(start="2026-11-20", period="-1d"),
        TimeSpan(end="2026-11-21", period=timedelta(days=1)),
        TimeSpan(start="2026-11-20", end="2026-11-21", period="1d"),
        TimeSpan("2026-11-20/2026-11-21"),
        TimeSpan("2026/11/20/2026/11/21"),
        TimeSpan("2026-11-20 to 21 Nov 2026"),
        TimeSpan("20/Nov/2026:00:00:00 +0000/1d"),
        TimeSpan.parse("2026-11-20/2026-11-21"),
        TimeSpan.parse(str(SPAN)),
    ],
)
def test_each_way_to_write_a_period_is_the_same_value(span: TimeSpan) -> None:
    assert span == SPAN
    assert hash(span) == hash(SPAN)
    assert tuple(span) == (DAY, DAY + timedelta(days=1))
    assert span.query_params == {"start": span.start, "end": span.end}


@pytest.mark.parametrize("span", [("-2h",), ("2h",), ("-2h", "now"), (timedelta(hours=2),)])
def test_period_without_an_end_ends_now(span: tuple[object, ...]) -> None:
    made = TimeSpan(*span)
    assert abs(made.period - timedelta(hours=2)) < timedelta(milliseconds=1)
    assert abs(made.end - datetime.now(UTC)) < timedelta(seconds=5)
    assert abs(TimeSpan(period="2h").end - made.end) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("args", "named", "error"),
    [
        (("2026-11-21", "2026-11-20"), {}, ValueError),
        ((), {}, ValueError),
        ((), {"end": "now"}, ValueError),
        ((), {"start": "2026-11-20", "end": "2026-11-21", "period": "2d"}, ValueError),
        ((), {"end": "now", "period": timedelta.max}, ValueError),
        (("-1d", "now", "now"), {}, TypeError),
        (("-1d",), {"start": "-1d"}, TypeError),
        ((SPAN,), {"timespan": SPAN}, TypeError),
        ((5,), {}, TypeError),
        (("/" * 1_000_000,), {}, ValueError),
        (("/" * 100,), {}, QueryError),
        (((1, 2, 3),), {}, ValueError),
    ],
)
def test_what_is_no_period_is_refused(
    args: tuple[object, ...], named: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        TimeSpan(*args, **named)


def test_period_is_frozen() -> None:
    with pytest.raises(AttributeError):
        SPAN.start = NOW  # type: ignore[misc]


def test_period_gives_a_query_its_times() -> None:
    query = QueryProvider("MSSentinel").Azure.list_audit_actions_for_user
    text = query("print", SPAN, account_name="ada")
    assert "datetime(2026-11-20T00:00:00" in text
    assert "datetime(2026-11-21T00:00:00" in text


def test_period_has_msticpys_place() -> None:
    importlib.import_module("huntbook.as_msticpy")
    assert importlib.import_module("msticpy.common.timespan").TimeSpan is huntbook.TimeSpan
