"""Values of widgets as JSON, typed so that they come back as they were."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from huntbook.local import clock
from huntbook.timespan import TimeSpan


class NotPlainError(TypeError):
    """A value is no text, number, truth value or time, nor a list or mapping of these."""


def encoded(value: object) -> Any:
    """Return `value` as JSON can hold it; `decoded` gives it back.

    Raises
    ------
    NotPlainError
        If it is of another kind.

    Examples
    --------
    >>> from datetime import UTC
    >>> encoded({"start": datetime(2026, 1, 2, tzinfo=UTC)})
    {'map': [['start', {'time': '2026-01-02T00:00:00+00:00'}]]}
    >>> decoded(encoded(("a", 1, None)))
    ('a', 1, None)
    """
    if value is None or type(value) in (str, bool, int, float):
        return value
    if isinstance(value, datetime):
        return {"time": clock(value).isoformat()}
    if isinstance(value, TimeSpan):
        return {"span": [clock(value.start).isoformat(), clock(value.end).isoformat()]}
    if isinstance(value, list):
        return [encoded(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encoded(item) for item in value]}
    if isinstance(value, dict):
        return {"map": [[encoded(key), encoded(item)] for key, item in value.items()]}
    raise NotPlainError(f"a {type(value).__name__} cannot be kept")


def decoded(stored: Any) -> Any:
    """Return the value behind what `encoded` made.

    Raises
    ------
    ValueError
        If it was not made by `encoded`.
    """
    match stored:
        case None | str() | bool() | int() | float():
            return stored
        case list():
            return [decoded(item) for item in stored]
        case {"time": str(text)}:
            return datetime.fromisoformat(text)
        case {"span": [str(start), str(end)]}:
            return TimeSpan(start=datetime.fromisoformat(start), end=datetime.fromisoformat(end))
        case {"tuple": list(items)}:
            return tuple(decoded(item) for item in items)
        case {"map": list(items)}:
            return {decoded(key): decoded(value) for key, value in items}
        case _:
            raise ValueError(f"no value of a widget: {type(stored).__name__}")


def plain(value: object) -> Any:
    """Return `value` as a notebook parameter: times as ISO 8601 text, a period as `start/end`.

    Raises
    ------
    NotPlainError
        If it cannot be one.

    Examples
    --------
    >>> from datetime import UTC
    >>> plain((datetime(2026, 1, 2, tzinfo=UTC), "x"))
    ['2026-01-02T00:00:00+00:00', 'x']
    """
    if value is None or type(value) in (str, bool, int, float):
        return value
    if isinstance(value, datetime):
        return clock(value).isoformat()
    if isinstance(value, TimeSpan):
        return f"{plain(value.start)}/{plain(value.end)}"
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(item) for key, item in value.items()}
    raise NotPlainError(f"a {type(value).__name__} cannot be a notebook parameter")
