"""Obfuscation under the names that existing notebooks call it by.

The shapes are those that callers know (``account-#...``, a numeric string stays numeric, delimiters
stay); the transforms are huntbook's keyed ones, so that tokens join across columns, tables and
sessions, and cannot be reversed without the key. The key is the one of `Key.load_or_create`.
"""

from __future__ import annotations

import json
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from huntbook.cells import unpack
from huntbook.obfuscation import Key, Obfuscator
from huntbook.tables import text as cell_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

__all__ = [
    "check_masking",
    "check_obfuscation",
    "hash_account",
    "hash_dict",
    "hash_ip",
    "hash_item",
    "hash_list",
    "hash_sid",
    "hash_string",
    "mask_df",
    "obfuscate_df",
    "replace_guid",
]

#: How many rows tell what the columns are.
_LOOKED_AT = 1000


@cache
def _obfuscator() -> Obfuscator:
    return Obfuscator(Key.load_or_create(), realm="data_obfus")


def hash_string(input_str: str) -> str:
    """Return a keyed token of `input_str`; the token of a numeric string is numeric.

    Examples
    --------
    >>> hash_string("4242").isdigit(), hash_string("ada") == hash_string("ada")
    (True, True)
    """
    if not isinstance(input_str, str):
        return input_str if input_str is None else hash_string(str(input_str))
    return _strings([input_str])[input_str]


def hash_item(input_item: str, delim: str | None = None) -> str:
    """Return `input_item` with each part between the characters of `delim` hashed; delimiters stay.

    Examples
    --------
    >>> hash_item("/a/b", "/").count("/")
    2
    """
    if not isinstance(input_item, str) or not input_item:
        return input_item
    return _items([input_item], delim)[input_item]


def hash_ip(input_item: str | list[str]) -> str | list[str]:
    """Return the address (or each of a list) permuted within its class, prefixes kept.

    Examples
    --------
    >>> hash_ip("192.168.3.1").startswith("192.168.")
    True
    >>> first, second = hash_ip(["10.1.2.3", "10.1.2.77"])
    >>> first.rpartition(".")[0] == second.rpartition(".")[0]
    True
    """
    if isinstance(input_item, list):
        return [hash_ip(item) for item in input_item]  # type: ignore[misc]
    if not isinstance(input_item, str) or not input_item:
        return input_item
    return _obfuscator().value("ip", input_item)


def hash_sid(sid: str) -> str:
    """Return the SID permuted; well-known ones and the relative identifier stay.

    Examples
    --------
    >>> hash_sid("S-1-5-18"), hash_sid("S-1-5-21-1-2-3-1104").rpartition("-")[2]
    ('S-1-5-18', '1104')
    """
    return _obfuscator().value("sid", sid) if isinstance(sid, str) and sid else sid


def hash_account(account: str) -> str:
    """Return ``account-#...`` for an account in any spelling, the domain's token with it.

    ``CONTOSO\\ada``, ``ada@contoso.com`` and ``ada`` carry the same number; well-known names stay.

    Examples
    --------
    >>> hash_account("ada@contoso.com").partition("@")[0] == hash_account("CONTOSO\\\\ada").split("\\\\")[1]
    True
    """
    if not isinstance(account, str) or not account:
        return account
    return _accounts([account])[account]


def replace_guid(guid: str) -> str:
    """Return the GUID permuted; version, case and braces stay, and the key's holder can reveal it.

    Examples
    --------
    >>> replace_guid("0f8fad5b-d9cb-469f-a165-70867728950e")[14]
    '4'
    """
    return _obfuscator().value("uuid", guid) if isinstance(guid, str) and guid else guid


def hash_list(item_list: list[Any]) -> list[Any]:
    """Return the list with every text in it obfuscated, at any depth: addresses and SIDs as such.

    Examples
    --------
    >>> hash_list(["10.1.2.3", 7, None])[0].startswith("10.")
    True
    """
    return cast("list[Any]", _containers([item_list])[0])


def hash_dict(item_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the dict with every text in it obfuscated, at any depth; keys stay.

    Examples
    --------
    >>> hash_dict({"port": 443, "seen": True})
    {'port': 443, 'seen': True}
    """
    return cast("dict[str, Any]", _containers([item_dict])[0])


# --- many values at once ----------------------------------------------------
# Each of these takes distinct texts, and gives the new text of each.


def _values(kind: str, texts: Iterable[str]) -> dict[str, str]:
    distinct = list(dict.fromkeys(texts))
    return dict(zip(distinct, _obfuscator()._native.values(kind, distinct), strict=True))  # noqa: SLF001


def _masks(shape: str, texts: Iterable[str], delimiters: str = "") -> dict[str, str]:
    distinct = list(dict.fromkeys(texts))
    return dict(zip(distinct, _obfuscator()._native.masks(shape, distinct, delimiters), strict=True))  # noqa: SLF001


def _strings(texts: Iterable[str]) -> dict[str, str]:
    return _masks("strings", texts)


def _items(texts: Iterable[str], delim: str | None) -> dict[str, str]:
    return _masks("items", texts, delim) if delim else _strings(texts)


def _accounts(texts: Iterable[str]) -> dict[str, str]:
    return _masks("accounts", texts)


def _found(texts: Iterable[str]) -> dict[str, str]:
    """Return texts from inside a container: what looks like an address, a SID or a GUID as such."""
    return _masks("found", texts)


def _containers(values: list[Any]) -> list[Any]:
    """Return the dicts and lists with each text in them obfuscated; what is in itself becomes None."""
    texts: set[str] = set()
    for value in values:
        _collect(value, texts, ())
    made = _found(texts)
    return [_rebuilt(value, made, ()) for value in values]


def _collect(value: Any, texts: set[str], above: tuple[int, ...]) -> None:
    if id(value) in above:
        return
    if isinstance(value, dict):
        above = (*above, id(value))
        for item in value.values():
            if type(item) is str:
                texts.add(item)
            else:
                _collect(item, texts, above)
    elif isinstance(value, list | tuple | set | frozenset):
        above = (*above, id(value))
        for item in value:
            _collect(item, texts, above)
    elif _is_text(value):
        texts.add(_as_text(value))


def _rebuilt(value: Any, made: dict[str, str], above: tuple[int, ...]) -> Any:
    if id(value) in above:
        return None
    if isinstance(value, dict):
        above = (*above, id(value))
        return {
            key: made[item] if type(item) is str else _rebuilt(item, made, above)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        above = (*above, id(value))
        items = [_rebuilt(item, made, above) for item in value]
        return items if isinstance(value, list) else tuple(items) if isinstance(value, tuple) else set(items)
    return made[_as_text(value)] if _is_text(value) else value


def _is_text(value: Any) -> bool:
    """Return whether a value inside a container is to be obfuscated; numbers and missing values stay."""
    if isinstance(value, str):
        return True
    found = unpack(value) if value is not None and not isinstance(value, bool | int | float) else None
    return found is not None and found[0] == "text"


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else str((unpack(value) or ("", ""))[1])


# --- whole frames -----------------------------------------------------------

_BY_CODE: dict[str, Callable[[Iterable[str]], dict[str, str]]] = {
    "str": _strings,
    "string": _strings,
    "dict": _found,
    "list": _found,
    "acct": _accounts,
    "account": _accounts,
}


def mask_df(
    data: pd.DataFrame,
    column_map: Mapping[str, Any] | None = None,
    use_default: bool = True,
    silent: bool = True,
) -> pd.DataFrame:
    """Return a copy of `data` with the mapped columns obfuscated.

    Parameters
    ----------
    data
        N rows; not changed. A missing value stays missing.
    column_map
        Column -> code (``uuid``, ``ip``, ``str``, ``dict``, ``list``, ``sid``, ``acct``, ``null``), a kind of
        `Obfuscator`, or the delimiters between whose parts to hash.
    use_default
        Whether columns that huntbook's policy names are obfuscated as well.
    silent
        If False, the columns and what is done to them are printed.

    Warns
    -----
    UserWarning
        Lists columns that pass unchanged although their content looks sensitive. `Obfuscator.obfuscate`
        obfuscates what no rule names; this function keeps the rule that existing notebooks rely on.
    """
    from huntbook.tables import from_any

    head = data.iloc[:_LOOKED_AT]
    planned = json.loads(_obfuscator()._native.plan_report(from_any(head)))  # noqa: SLF001
    codes: dict[str, Any] = {}
    if use_default:
        codes = {plan["column"]: plan["kind"] for plan in planned if plan["by_rule"]}
        codes = {name: kind for name, kind in codes.items() if kind != "keep"}
    codes.update(column_map or {})
    out = data.copy()
    for position, name in enumerate(data.columns):
        code = codes.get(name if name in codes else str(name))
        if code is None:
            continue
        if not silent:
            print(f"{name}: {code}")  # noqa: T201
        out.isetitem(position, _masked(data.iloc[:, position], str(code)))
    passed = [
        plan["column"]
        for plan in planned
        if plan["column"] not in codes and not plan["by_rule"] and plan["kind"] != "keep"
    ]
    if passed:
        warnings.warn(
            f"these columns pass in clear: {', '.join(passed)}; name them in column_map, or use "
            "huntbook.Obfuscator, which obfuscates what no rule names",
            stacklevel=2,
        )
    return out


def _masked(series: Any, code: str) -> Any:
    """Return a column with all of its values obfuscated; what is missing stays missing."""
    import numpy as np
    import pandas as pd

    if code == "null":
        return pd.Series([None] * len(series), dtype=object, index=series.index, name=series.name)
    cells = series.tolist()
    texts: list[str | None] = []
    places: list[int] = []
    for place, cell in enumerate(cells):
        if type(cell) is str:
            texts.append(cell)
        elif isinstance(cell, dict | list | tuple | set | frozenset):
            places.append(place)
            texts.append(None)
        else:
            texts.append(cell_text(cell))
    work = _BY_CODE.get(code) or _by_kind_or_delimiters(code)
    made = work(text for text in texts if text is not None)
    masked = [cell if text is None else made[text] for cell, text in zip(cells, texts, strict=True)]
    for place, container in zip(places, _containers([cells[place] for place in places]), strict=True):
        masked[place] = container
    values = np.fromiter(masked, dtype=object, count=len(masked))
    out = pd.Series(values, dtype=object, index=series.index, name=series.name)
    if isinstance(series.dtype, pd.CategoricalDtype | pd.StringDtype):
        return out.astype("category" if isinstance(series.dtype, pd.CategoricalDtype) else series.dtype)
    return out


def _by_kind_or_delimiters(code: str) -> Callable[[Iterable[str]], dict[str, str]]:
    if any(character.isalnum() for character in code):
        _obfuscator().value(code, "")  # Raises for an unknown kind: no delimiter is a letter or a digit.
        return lambda texts: _values(code, texts)
    return lambda texts: _items(texts, code)


def check_masking(
    data: pd.DataFrame, orig_data: pd.DataFrame, index: int = 0, silent: bool = True
) -> tuple[list[str], list[str]] | None:
    """Return the unchanged and the obfuscated cells of one row, as lists of text.

    With ``silent=False`` they are printed and None is returned. One row proves little: `prove` looks at
    every row of every column.
    """
    unchanged: list[str] = []
    changed: list[str] = []
    for position, name in enumerate(data.columns):
        new, old = data.iloc[index, position], orig_data.iloc[index, position]
        if cell_text(new) == cell_text(old):
            unchanged.append(f"{name}: {old}")
        else:
            changed.append(f"{name}:   {old} ----> {new}")
    if silent:
        return unchanged, changed
    print("Unchanged:", *unchanged, "Obfuscated:", *changed, sep="\n")  # noqa: T201
    return None


obfuscate_df = mask_df
check_obfuscation = check_masking
