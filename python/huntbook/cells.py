"""Values of Python that are no text, number or container: taken apart, and put together again."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import fractions
import ipaddress
import numbers
import uuid
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

__all__ = ["repack", "unpack"]

#: Types whose text says all, and which read that text.
_READ_BACK = (
    uuid.UUID,
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    decimal.Decimal,
    fractions.Fraction,
)

_TIMES = (dt.date, dt.time, dt.timedelta)


def unpack(value: Any) -> tuple[str, Any] | None:
    """Return what `value` is made of: ``(class, text)``, or ``("items", list or dict)``.

    The classes ``int``, ``float``, ``bool`` and ``time`` pass unless a rule says otherwise, ``text`` is
    obfuscated. None stands for a value that is missing.

    Examples
    --------
    >>> unpack(b"ada"), unpack({"ada"}), unpack(decimal.Decimal("1.5"))
    (('text', 'ada'), ('items', ['ada']), ('float', '1.5'))
    >>> import ipaddress
    >>> unpack(ipaddress.ip_address("10.1.2.3"))
    ('text', '10.1.2.3')
    """
    kind = type(value)
    if kind.__name__ in {"NaTType", "NAType"} and kind.__module__.startswith("pandas."):
        return None
    if isinstance(value, enum.Enum):
        return ("text", _text(value))
    if isinstance(value, bytes | bytearray | memoryview):
        with suppress(BufferError, ValueError):
            return ("text", bytes(value).decode("utf-8", errors="backslashreplace"))
        return ("text", _text(value))
    if isinstance(value, bool):
        return ("bool", str(value))
    if isinstance(value, numbers.Integral):
        return ("int", str(int(value)))
    if isinstance(value, numbers.Number):
        return ("float", _text(value))
    if isinstance(value, _TIMES):
        isoformat = getattr(value, "isoformat", None)
        return ("time", str(isoformat()) if callable(isoformat) else str(value))
    if isinstance(value, set | frozenset | deque | tuple):
        return ("items", list(value))
    if isinstance(value, Mapping):
        return ("items", dict(value))
    module = kind.__module__.partition(".")[0]
    if module == "numpy":
        return _unpack_numpy(value)
    if module == "pandas" and kind.__name__ in {"Period", "Interval"}:
        return ("time" if kind.__name__ == "Period" else "float", str(value))
    return ("text", _text(value))


def _unpack_numpy(value: Any) -> tuple[str, Any] | None:
    kind = value.dtype.kind
    if getattr(value, "shape", None) != ():
        if kind in "biufcmM":
            return ({"b": "bool", "i": "int", "u": "int"}.get(kind, "time" if kind in "mM" else "float"), "")
        return ("items", value.ravel().tolist())
    if kind in "mM":
        return ("time", str(value))
    if kind == "b":
        return ("bool", str(bool(value)))
    return ("text", _text(value))


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 (an object may do anything; its type is all that is known of it)
        return f"<{type(value).__qualname__}>"


def repack(value: Any, new: Any) -> Any:
    """Return `new`, a text or a list or dict, as the type of `value` where that can hold it.

    Examples
    --------
    >>> repack(b"ada", "x1"), repack(frozenset({"ada"}), ["x1"]), repack(7, "9"), repack(7, "x1")
    (b'x1', frozenset({'x1'}), 9, 'x1')
    """
    if isinstance(new, str):
        return _repack_text(value, new)
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(new)
    if isinstance(value, frozenset | set | deque):
        plain = frozenset if isinstance(value, frozenset) else set if isinstance(value, set) else deque
        try:
            return plain(new)
        except TypeError:
            return new
    if isinstance(value, tuple):
        return tuple(new)
    if type(value).__module__.partition(".")[0] == "numpy":
        import numpy as np

        out: Any = np.empty(len(new), dtype=object)
        out[:] = new
        return out.reshape(value.shape)
    return new


def _repack_text(value: Any, new: str) -> Any:
    if isinstance(value, bytes | bytearray):
        return type(value)(new.encode()) if type(value) in {bytes, bytearray} else new.encode()
    if isinstance(value, enum.Enum):
        return new
    with suppress(ValueError, TypeError, ArithmeticError):
        if isinstance(value, numbers.Integral):
            return int(new)
        if isinstance(value, float):
            return float(new)
        if isinstance(value, dt.date | dt.time):
            return type(value).fromisoformat(new)
        if isinstance(value, _READ_BACK):
            return type(value)(new)
    return new
