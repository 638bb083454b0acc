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

from huntbook.cells import repack, unpack
from huntbook.obfuscation import Key, Obfuscator
from huntbook.tables import text as cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    return str(_mask(input_str, "strings"))


def hash_item(input_item: str, delim: str | None = None) -> str:
    """Return `input_item` with each part between the characters of `delim` hashed; delimiters stay.

    Examples
    --------
    >>> hash_item("/a/b", "/").count("/")
    2
    """
    if not isinstance(input_item, str) or not input_item:
        return input_item
    return str(_mask(input_item, "items" if delim else "strings", delim or ""))


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
    return str(_mask(account, "accounts"))


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
    return cast("list[Any]", _mask(item_list, "found"))


def hash_dict(item_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the dict with every text in it obfuscated, at any depth; keys stay.

    Examples
    --------
    >>> hash_dict({"port": 443, "seen": True})
    {'port': 443, 'seen': True}
    """
    return cast("dict[str, Any]", _mask(item_dict, "found"))


def _mask(value: Any, how: str, delimiters: str = "") -> Any:
    return _masked([value], how, delimiters)[0]


def _masked(values: Any, how: str, delimiters: str = "") -> Any:
    """Return a list, or an array of objects, with each text in it obfuscated; `how` is a form or a kind."""
    return _obfuscator()._native.mask(values, how, delimiters, unpack, repack)  # noqa: SLF001


# --- whole frames -----------------------------------------------------------

#: Code of a column -> what is done with its texts.
_FORMS = {
    "str": "strings",
    "string": "strings",
    "dict": "found",
    "list": "found",
    "acct": "accounts",
    "account": "accounts",
}

#: Types of cells that are taken as they are.
_KNOWN = (str, dict, list, tuple, set, frozenset, type(None))


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
        out.isetitem(position, _masked_column(data.iloc[:, position], str(code)))
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


def _masked_column(series: Any, code: str) -> Any:
    """Return a column with all of its values obfuscated; what is missing stays missing."""
    import pandas as pd

    from huntbook.frames import objects

    if code == "null":
        return pd.Series([None] * len(series), dtype=object, index=series.index, name=series.name)
    values = objects(series)
    if not all(issubclass(kind, _KNOWN) for kind in set(map(type, values.tolist()))):
        values = objects(pd.Series([_known(cell) for cell in values], dtype=object))
    # No delimiter is a letter or a digit.
    is_name = any(character.isalnum() for character in code)
    if is_name and code not in _FORMS:
        _obfuscator().value(code, "")  # Raises for an unknown kind; forms are no kinds.
    form = _FORMS.get(code, code if is_name else "items")
    masked = _masked(values, form, "" if is_name else code)
    out = pd.Series(masked, dtype=object, index=series.index, name=series.name, copy=False)
    if isinstance(series.dtype, pd.CategoricalDtype | pd.StringDtype):
        return out.astype("category" if isinstance(series.dtype, pd.CategoricalDtype) else series.dtype)
    return out


def _known(cell: Any) -> Any:
    """Return the text of a cell of any other type, and the cell itself if it is missing."""
    text = None if isinstance(cell, _KNOWN) else cell_text(cell)
    return cell if text is None else text


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
