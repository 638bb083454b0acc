"""Cells of pandas frames: dicts, lists and everything else that an object column may hold."""

from __future__ import annotations

import copy
import datetime as dt
import decimal
import enum
import ipaddress
import uuid
from collections import OrderedDict, namedtuple
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import huntbook as hb

pytestmark = pytest.mark.pandas

KEY = hb.Key.from_bytes(bytes(range(32)))
SECRETS = ("s3cret-one", "s3cret-two", "s3cret-three")


def obfuscated(cells: list[Any], name: str = "cells", **options: Any) -> list[Any]:
    import pandas as pd

    frame = pd.DataFrame({name: pd.Series(cells, dtype=object)})
    return hb.Obfuscator(KEY, **options).obfuscate(frame)[name].tolist()  # type: ignore[no-any-return]


class Odd:
    """Says something private."""

    def __str__(self) -> str:
        return SECRETS[0]


class Silent:
    """Cannot even be spoken of."""

    def __str__(self) -> str:
        raise RuntimeError(SECRETS[0])

    __repr__ = __str__


class Colour(enum.Enum):
    RED = SECRETS[1]


Pair = namedtuple("Pair", "left right")  # noqa: PYI024 (its cells are untyped on purpose)


def test_dicts_keep_keys_order_and_what_is_no_text() -> None:
    cell = {"displayName": SECRETS[0], "count": 3, "ok": True, "gone": None, "deep": {"x": [SECRETS[1], 1.5]}}
    before = copy.deepcopy(cell)
    new = obfuscated([cell])[0]
    assert cell == before
    assert list(new) == list(cell)
    assert (new["count"], new["ok"], new["gone"], new["deep"]["x"][1]) == (3, True, None, 1.5)
    assert not any(secret in str(new) for secret in SECRETS)


def test_leaves_are_typed_by_path_and_by_content() -> None:
    import pandas as pd

    ob = hb.Obfuscator(KEY, column_map={"Detail.name": "account"})
    cells = [
        {"name": f"user{n}", "from": [f"10.0.0.{n}"], "owner": {"ipAddress": "10.1.1.1"}} for n in range(9)
    ]
    safe = ob.obfuscate(pd.DataFrame({"Detail": cells}))["Detail"].tolist()
    assert safe[3]["name"] == ob.value("account", "user3")
    assert safe[3]["from"] == [ob.value("ip", "10.0.0.3")]
    assert safe[3]["owner"]["ipAddress"] == ob.value("ip", "10.1.1.1")
    kinds = {leaf["column"]: leaf["kind"] for leaf in ob.report}
    assert (kinds["Detail.name"], kinds["Detail.from"]) == ("account", "ip")
    assert {leaf["column"]: leaf["values"] for leaf in ob.report}["Detail.name"] == 9


@pytest.mark.parametrize(
    "value",
    [
        None,
        float("nan"),
        7,
        -(2**70),
        1.5,
        True,
        decimal.Decimal("1.5"),
        1j,
        dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        dt.date(2026, 1, 1),
        dt.time(1, 2),
        dt.timedelta(days=1),
    ],
    ids=repr,
)
def test_numbers_times_and_missing_values_pass_as_the_same_objects(value: object) -> None:
    new = obfuscated([value, {"x": value}, [value], "text"])
    assert new[0] is value
    assert new[1]["x"] is value
    assert new[2][0] is value


def test_missing_values_of_pandas_and_scalars_of_numpy_pass() -> None:
    import numpy as np
    import pandas as pd

    values = [
        pd.NaT,
        pd.NA,
        pd.Timestamp("2026-01-01"),
        pd.Timedelta("1D"),
        np.int64(3),
        np.float32(1.5),
        np.bool_(True),
        np.datetime64("2026-01-01"),
        pd.Period("2026-01"),
        np.arange(3),
    ]
    new = obfuscated([*values, {"x": values}])
    assert all(one is other for one, other in zip(new, values, strict=False))
    assert all(one is other for one, other in zip(new[-1]["x"], values, strict=True))


def test_what_is_no_basic_type_is_never_in_clear() -> None:
    import numpy as np

    cells = [
        SECRETS[0].encode(),
        bytearray(SECRETS[0].encode()),
        b"\xff\xfe",
        memoryview(SECRETS[0].encode()),
        (SECRETS[0], 1),
        {SECRETS[0]},
        frozenset({SECRETS[0]}),
        Pair(SECRETS[0], 2),
        Odd(),
        Silent(),
        Colour.RED,
        OrderedDict(a=SECRETS[0]),
        np.array([SECRETS[0], None], dtype=object),
        np.array([SECRETS[0]]),
        np.str_(SECRETS[0]),
        np.bytes_(SECRETS[0].encode()),
        lambda: SECRETS[0],
        range(3),
        Odd,
        uuid.UUID("0f8fad5b-d9cb-469f-a165-70867728950e"),
        ipaddress.ip_address("10.1.2.3"),
    ]
    new = obfuscated(cells)
    text = str(new) + str([list(value) for value in new if isinstance(value, bytes | bytearray)])
    for secret in (*SECRETS, "0f8fad5b", "10.1.2.3", "ÿþ"):
        assert secret not in text
    assert isinstance(new[0], bytes)
    assert isinstance(new[1], bytearray)
    assert type(new[4]) is tuple
    assert (type(new[5]), type(new[6]), type(new[7])) == (set, frozenset, Pair)
    assert new[7].right == 2
    assert isinstance(new[12], np.ndarray)
    assert new[12].tolist()[1] is None


def test_addresses_and_uuids_as_objects_stay_such_objects() -> None:
    one = ipaddress.ip_address("10.1.2.3")
    new = obfuscated([one], "IpAddress")[0]
    assert new == ipaddress.ip_address(hb.Obfuscator(KEY).value("ip", "10.1.2.3"))
    guid = uuid.UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
    assert isinstance(obfuscated([guid], "TenantId")[0], uuid.UUID)


def test_a_rule_obfuscates_numbers_in_object_cells_too() -> None:
    new = obfuscated([4242, {"x": 4242}, None], "Number", column_map={"Number": "number"})
    assert new[0] != 4242
    assert new[2] is None
    assert obfuscated([4242, "x"], "n", column_map={"n": "null"}) == [None, None]


def test_what_contains_itself_or_is_too_deep_ends() -> None:
    ring: list[Any] = [SECRETS[0]]
    ring.append(ring)
    deep: Any = SECRETS[1]
    for _ in range(5000):
        deep = {"x": deep}
    new = obfuscated([ring, deep, {"a": 1}])
    assert isinstance(new[0][1], str)
    assert SECRETS[0] not in str(new[0])
    at: Any = new[1]
    while isinstance(at, dict):
        at = at["x"]
    assert isinstance(at, str)
    assert SECRETS[1] not in at


def test_many_paths_are_all_obfuscated() -> None:
    new = obfuscated([{f"key{n}": f"{SECRETS[0]}{n}" for n in range(6000)}])[0]
    assert len(new) == 6000
    assert SECRETS[0] not in str(list(new.values()))


def test_lone_surrogates_do_not_raise() -> None:
    new = obfuscated(["\ud800abc", "\udc80", {"\ud800": "\ud801secret"}])
    assert all(isinstance(value, str) for value in new[:2])
    assert "secret" not in str(new[2].values())
    assert hb.Obfuscator(KEY).value("string", "plain")


def test_equal_texts_are_one_string_object() -> None:
    new = obfuscated(["ada king"] * 20 + ["bob stone"] * 20)
    assert len({id(value) for value in new}) == 2


def test_a_column_of_many_rows_is_the_same_as_its_parts() -> None:
    texts = [f"name {n % 30_000}" for n in range(50_000)]
    new = obfuscated(texts, column_map={"cells": "string"})
    ob = hb.Obfuscator(KEY)
    for place in (0, 4095, 4096, 8191, 8192, 16_385, 29_999, 30_000, 49_999):
        assert new[place] == ob.value("string", texts[place])


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.decimals(allow_nan=False),
    st.datetimes(),
    st.uuids(),
    st.ip_addresses(),
    st.text(alphabet=st.characters(categories=["Cs"])),
)
CELLS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner), st.dictionaries(st.text(), inner), st.tuples(inner, inner), st.sets(st.text())
    ),
    max_leaves=8,
)


@given(st.lists(CELLS, max_size=8))
def test_any_cells_keep_their_shape_and_the_input(cells: list[Any]) -> None:
    before = copy.deepcopy(cells)
    new = obfuscated(cells)
    assert repr(cells) == repr(before)
    assert len(new) == len(cells)
    for old, made in zip(cells, new, strict=True):
        alike(old, made)


def alike(old: Any, new: Any) -> None:
    if isinstance(old, dict):
        assert list(old) == list(new)
        for key in old:
            alike(old[key], new[key])
    elif isinstance(old, list | tuple):
        assert type(old) is type(new)
        for one, other in zip(old, new, strict=True):
            alike(one, other)
    elif isinstance(old, str):
        assert isinstance(new, str)
        assert bool(old) == bool(new)
    elif isinstance(old, bool | int | float | decimal.Decimal | dt.datetime) or old is None:
        assert new is old
    elif isinstance(old, bytes):
        assert isinstance(new, bytes)


@given(st.lists(CELLS, max_size=8))
def test_any_cells_are_proved(cells: list[Any]) -> None:
    import pandas as pd

    frame = pd.DataFrame({"cells": pd.Series(cells, dtype=object)})
    ob = hb.Obfuscator(KEY)
    proof = hb.prove(frame, ob.obfuscate(frame), obfuscator=ob)
    rules = {finding["rule"] for finding in proof.findings}
    assert not rules & {"rows", "columns", "types", "nulls"}, proof.findings


@given(st.lists(st.one_of(st.text(), st.ip_addresses().map(str), st.none()), max_size=20))
def test_reveal_undoes_what_is_reversible(values: list[str | None]) -> None:
    import pandas as pd

    ob = hb.Obfuscator(KEY, column_map={"a": "ip"})
    frame = pd.DataFrame({"a": pd.Series(values, dtype=object)})
    back = ob.reveal(ob.obfuscate(frame))
    for old, new in zip(values, back["a"].tolist(), strict=True):
        try:
            address = ipaddress.ip_address(old or "")
        except ValueError:
            continue
        assert ipaddress.ip_address(new) == address
