"""Obfuscation under the names that existing notebooks call it by.

The shapes are those that callers know (``account-#...``, a numeric string stays numeric, delimiters
stay); the transforms are huntbook's keyed ones, so that tokens join across columns, tables and
sessions, and cannot be reversed without the key. The key is the one of `Key.load_or_create`.
"""

from __future__ import annotations

import json
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

from huntbook.obfuscation import Key, Obfuscator
from huntbook.tables import text as cell_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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

#: Digits that hold 80 bits.
_DIGITS = 25


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
    if not input_str:
        return input_str
    token = _obfuscator().value("string", str(input_str))
    if str(input_str).isdecimal():
        number = int.from_bytes(token.encode(), "big")
        return f"{number % 10**_DIGITS:0{_DIGITS}d}"
    return token


def hash_item(input_item: str, delim: str | None = None) -> str:
    """Return `input_item` with each part between the characters of `delim` hashed; delimiters stay.

    Examples
    --------
    >>> hash_item("/a/b", "/").count("/")
    2
    """
    if not isinstance(input_item, str) or not input_item:
        return input_item
    if not delim:
        return hash_string(input_item)
    out: list[str] = []
    part = ""
    for character in input_item:
        if character in delim:
            out += [hash_string(part), character]
            part = ""
        else:
            part += character
    return "".join([*out, hash_string(part)])


def hash_ip(input_item: str | list[str]) -> str | list[str]:
    """Return the address (or each of a list) permuted within its class, prefixes kept.

    Examples
    --------
    >>> hash_ip("192.168.3.1").startswith("192.168.")
    True
    """
    if isinstance(input_item, list):
        return [_obfuscator().value("ip", item) for item in input_item]
    if not isinstance(input_item, str) or not input_item:
        return input_item
    return _obfuscator().value("ip", input_item)


def hash_sid(sid: str) -> str:
    """Return the SID permuted; well-known ones and the relative identifier stay."""
    return _obfuscator().value("sid", sid) if sid else sid


def hash_account(account: str) -> str:
    """Return ``account-#...`` for an account in any spelling, the domain's token with it.

    ``CONTOSO\\\\ada``, ``ada@contoso.com`` and ``ada`` carry the same number; well-known names stay.

    Examples
    --------
    >>> hash_account("ada@contoso.com").partition("@")[0] == hash_account("CONTOSO\\\\ada").split("\\\\")[1]
    True
    """
    if not account:
        return account
    safe = _obfuscator().value("account", account)
    for separator in ("\\", "/"):
        head, found, name = safe.rpartition(separator)
        if found:
            return f"{head}{separator}{_numbered(account.rpartition(separator)[2], name)}"
    name, found, domain = safe.partition("@")
    return f"{_numbered(account.partition('@')[0], name)}{found}{domain}"


def _numbered(original: str, token: str) -> str:
    """Return ``account-#`` and the token's number; a well-known name, which was kept, stays."""
    if original == token:
        return token
    number = int.from_bytes(token.lower().encode(), "big") % 10**_DIGITS
    return f"account-#{number}"


def replace_guid(guid: str) -> str:
    """Return the GUID permuted; version, case and braces stay, and the key's holder can reveal it."""
    return _obfuscator().value("uuid", guid) if guid else guid


def hash_list(item_list: list[Any]) -> list[Any]:
    """Return the list with every text in it hashed, at any depth."""
    return [_hash_any(item) for item in item_list]


def hash_dict(item_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the dict with every text value hashed, at any depth; keys stay."""
    return {key: _hash_any(value) for key, value in item_dict.items()}


def _hash_any(value: Any) -> Any:
    if isinstance(value, dict):
        return hash_dict(value)
    if isinstance(value, list | tuple):
        return hash_list(list(value))
    if isinstance(value, str):
        return hash_string(value)
    return value


_BY_CODE: dict[str, Callable[[Any], Any]] = {
    "uuid": replace_guid,
    "ip": hash_ip,
    "str": hash_string,
    "dict": _hash_any,
    "list": _hash_any,
    "sid": hash_sid,
    "acct": hash_account,
    "null": lambda _value: None,
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
        Column -> code (``uuid``, ``ip``, ``str``, ``dict``, ``list``, ``sid``, ``acct``, ``null``), or the
        delimiters between whose parts to hash.
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

    report = _obfuscator()._native.plan_report(from_any(data))  # noqa: SLF001

    planned = {column["column"]: column for column in json.loads(report)}
    codes: dict[str, Any] = {}
    if use_default:
        codes = {name: plan["kind"] for name, plan in planned.items() if plan["by_rule"]}
        codes = {name: kind for name, kind in codes.items() if kind != "keep"}
    codes.update(column_map or {})
    out = data.copy()
    for position, name in enumerate(data.columns):
        code = codes.get(str(name))
        if code is None:
            continue
        if not silent:
            print(f"{name}: {code}")  # noqa: T201
        masked = [_mask_cell(value, code) for value in data.iloc[:, position].tolist()]
        series = data.iloc[:, position].astype(object).copy()
        series[:] = masked
        out.isetitem(position, series)
    passed = [
        name
        for name, plan in planned.items()
        if name not in codes and not plan["by_rule"] and plan["kind"] != "keep"
    ]
    if passed:
        warnings.warn(
            f"these columns pass in clear: {', '.join(passed)}; name them in column_map, or use "
            "huntbook.Obfuscator, which obfuscates what no rule names",
            stacklevel=2,
        )
    return out


def _mask_cell(value: Any, code: str) -> Any:
    if isinstance(value, dict | list):
        return None if code == "null" else _hash_any(value)
    text = cell_text(value)
    if text is None or code == "null":
        return None
    kind = {"account": "acct"}.get(code, code)
    if kind in _BY_CODE:
        return _BY_CODE[kind](text)
    if code == "host":
        return _obfuscator().value("host", text)
    if code == "string":
        return hash_string(text)
    return hash_item(text, code)


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
