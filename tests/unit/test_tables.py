"""Tables in and out of every library that is there."""

from __future__ import annotations

import datetime as dt

import pytest

import huntbook as hb
from huntbook.tables import from_any, like, to_pandas

KEY = hb.Key.from_bytes(bytes.fromhex("9b1c7e42d0a85f36c4e91a7702bd68f3551ec08ad7429f6b30f8e2a4617cd95b"))


def test_a_mapping_comes_in_and_exports_arrow() -> None:
    table = from_any({"Account": ["ada", None, float("nan"), b"bob", {"a": [1]}]})
    assert table["Account"] == ["ada", None, None, "bob", '{"a":[1]}']
    assert hasattr(table, "__arrow_c_stream__")
    assert len(hb.Table.from_arrow(table)) == 5


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        from_any({"a": ["x"], "b": []})


def test_something_that_is_no_table_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"builtins\.int"):
        from_any(3)


def test_a_missing_column_lists_near_names() -> None:
    with pytest.raises(KeyError, match="Account"):
        from_any({"Account": ["ada"]})["Acount"]


def test_html_of_hostile_cells_is_escaped() -> None:
    table = from_any({"<b>": ["<script>alert(1)</script>", "a\x00b"]})
    html = table._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html.replace("<b>1", "")
    assert "&lt;script&gt;" in html


@pytest.mark.pandas
def test_pandas_columns_of_every_kind_come_back(demo: object) -> None:
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame(
        {
            "text": ["a", None, "c"],
            "mixed": [1, {"k": "v"}, np.nan],
            "count": [1, 2, 3],
            "maybe": pd.array([1, None, 3], dtype="Int64"),
            "flag": [True, False, True],
            "real": [1.5, np.nan, 2.5],
            "naive": pd.to_datetime(["2026-01-01", None, "2026-01-03"]),
            "aware": pd.to_datetime(["2026-01-01T01:00+01:00"] * 3).tz_convert("Europe/Berlin"),
            "span": pd.to_timedelta(["1D", None, "3s"]),
            "kind": pd.Categorical(["x", "y", "x"]),
        },
        index=[10, 20, 30],
    )
    back = like(from_any(frame), frame)
    assert list(back.columns) == list(frame.columns)
    assert list(back.index) == [10, 20, 30]
    assert back["text"].tolist() == ["a", None, "c"]
    assert back["mixed"].tolist() == ["1", '{"k":"v"}', None]
    assert back["maybe"].tolist() == [1, pd.NA, 3]
    assert back["real"].isna().tolist() == [False, True, False]
    assert back["aware"].iloc[0] == pd.Timestamp("2026-01-01T00:00Z")
    assert back["naive"].isna().tolist() == [False, True, False]
    assert back["span"].iloc[2] == pd.Timedelta("3s")
    assert back["kind"].tolist() == ["x", "y", "x"]
    assert frame["mixed"].iloc[1] == {"k": "v"}, "the input is not changed"


@pytest.mark.pandas
def test_pandas_with_duplicate_names_and_no_rows() -> None:
    import pandas as pd

    frame = pd.DataFrame([["a", "b"]], columns=["same", "same"])
    assert like(from_any(frame), frame).to_numpy().tolist() == [["a", "b"]]
    empty = frame.iloc[:0]
    assert len(like(from_any(empty), empty)) == 0
    assert to_pandas(from_any(pd.DataFrame())).shape == (0, 0)


@pytest.mark.polars
def test_polars_in_gives_polars_out() -> None:
    import polars as pl

    frame = pl.DataFrame({"Account": ["CONTOSO\\ada", None], "n": [1, 2]})
    safe = hb.Obfuscator(KEY).obfuscate(frame)
    assert isinstance(safe, pl.DataFrame)
    assert safe["n"].to_list() == [1, 2]
    assert safe["Account"].to_list()[0] != "CONTOSO\\ada"


@pytest.mark.pyarrow
def test_pyarrow_in_gives_pyarrow_out() -> None:
    import pyarrow as pa

    table = pa.table({"IpAddress": ["10.1.2.3"], "when": [dt.datetime(2026, 1, 1, tzinfo=dt.UTC)]})
    safe = hb.Obfuscator(KEY).obfuscate(table)
    assert isinstance(safe, pa.Table)
    assert safe["IpAddress"][0].as_py().startswith("10.")
    assert safe["when"][0].as_py() == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
