"""Data frames of every library and dtype: what comes out has the types that went in."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

import huntbook as hb

KEY = hb.Key.from_bytes(bytes.fromhex("9b1c7e42d0a85f36c4e91a7702bd68f3551ec08ad7429f6b30f8e2a4617cd95b"))
TEXT = ["CONTOSO\\ada.king", None, "CONTOSO\\bob.stone", "CONTOSO\\ada.king"]


@pytest.fixture
def ob() -> hb.Obfuscator:
    return hb.Obfuscator(KEY)


# --- pandas -----------------------------------------------------------------


@pytest.mark.pandas
@pytest.mark.parametrize("dtype", ["object", "str", "string[python]", "category"])
def test_text_dtypes_of_pandas_stay(ob: hb.Obfuscator, dtype: str) -> None:
    import pandas as pd

    frame = pd.DataFrame({"Account": pd.Series(TEXT).astype(dtype), "n": range(4)}, index=[3, 1, 2, 0])
    before = frame.copy(deep=True)
    safe = ob.obfuscate(frame)
    pd.testing.assert_frame_equal(frame, before)
    if dtype != "category":
        assert safe["Account"].dtype == frame["Account"].dtype
    assert isinstance(safe["Account"].dtype, type(frame["Account"].dtype))
    assert list(safe.index) == [3, 1, 2, 0]
    expected = [None if text is None else ob.value("account", text) for text in TEXT]
    assert [None if pd.isna(text) else text for text in safe["Account"].astype(object)] == expected


@pytest.mark.pandas
@pytest.mark.pyarrow
def test_arrow_dtypes_of_pandas_stay(ob: hb.Obfuscator) -> None:
    import pandas as pd
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "large": pa.large_string(),
        "word": pa.dictionary(pa.int32(), pa.string()),
        "list": pa.list_(pa.string()),
        "n": pa.int64(),
        "when": pa.timestamp("us", "UTC"),
    }
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    values: dict[str, list[Any]] = {
        "text": TEXT,
        "large": TEXT,
        "word": TEXT,
        "list": [[text] for text in TEXT],
        "n": [1, None, 3, 4],
        "when": [now, None, now, now],
    }
    frame = pd.DataFrame(
        {
            name: pd.Series(pa.array(values[name], kind), dtype=pd.ArrowDtype(kind))
            for name, kind in types.items()
        }
    )
    safe = ob.obfuscate(frame)
    assert list(safe.dtypes) == list(frame.dtypes)
    assert "zquagga" not in str(safe.to_dict())
    assert safe["n"].equals(frame["n"])
    assert safe["text"].isna().tolist() == [False, True, False, False]


@pytest.mark.pandas
def test_times_that_nanoseconds_cannot_hold_are_refused(ob: hb.Obfuscator) -> None:
    import numpy as np
    import pandas as pd

    for values in (
        np.array(["2026-11-20", "9999-12-31"], "datetime64[s]"),
        np.array([1, 10**12], "timedelta64[s]"),
    ):
        with pytest.raises(hb.HuntbookError, match=r"column 't': .* lies beyond"):
            ob.obfuscate(pd.DataFrame({"t": values}))
    held = pd.DataFrame({"t": np.array(["1999-01-01", "NaT"], "datetime64[s]")})
    assert len(ob.obfuscate(held)) == 2


@pytest.mark.pandas
def test_other_dtypes_of_pandas_pass_as_they_are(ob: hb.Obfuscator) -> None:
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame(
        {
            "i8": pd.array([1, 2], "int8"),
            "Int": pd.array([1, None], "Int32"),
            "f": [1.5, np.nan],
            "f16": np.array([1, 2], "float16"),
            "b": [True, False],
            "B": pd.array([True, None], "boolean"),
            "c": np.array([1j, 2j]),
            "s": pd.to_datetime(["2026-01-01", None]).astype("datetime64[s]"),
            "tz": pd.to_datetime(["2026-01-01", "2026-01-02"]).tz_localize("Europe/Berlin"),
            "d": pd.to_timedelta(["1D", None]),
            "p": pd.period_range("2026-01", periods=2, freq="M"),
            "iv": pd.interval_range(0, 2),
            "sp": pd.arrays.SparseArray([0, 1]),
            "cat": pd.Categorical([1, 2], categories=[2, 1], ordered=True),
        }
    )
    pd.testing.assert_frame_equal(ob.obfuscate(frame), frame)


@pytest.mark.pandas
def test_categories_are_obfuscated_once_with_order_and_unused_ones(ob: hb.Obfuscator) -> None:
    import pandas as pd

    values = pd.Categorical(
        ["jtapir", None, "zquagga"], categories=["zquagga", "qokapi", "jtapir"], ordered=True
    )
    safe = ob.obfuscate(pd.DataFrame({"x": values}))["x"]
    assert safe.cat.ordered
    assert safe.cat.codes.tolist() == [2, -1, 0]
    assert not {"zquagga", "qokapi"} & set(safe.cat.categories)
    nulled = hb.Obfuscator(KEY, column_map={"x": "null"}).obfuscate(pd.DataFrame({"x": values}))["x"]
    assert nulled.isna().all()


@pytest.mark.pandas
def test_names_of_columns_may_repeat_be_numbers_or_have_levels(ob: hb.Obfuscator) -> None:
    import pandas as pd

    frame = pd.DataFrame([["10.1.2.3", "CONTOSO\\ada"]], columns=["IpAddress", "IpAddress"])
    safe = ob.obfuscate(frame)
    assert list(safe.columns) == ["IpAddress", "IpAddress"]
    assert safe.iloc[0, 0] == ob.value("ip", "10.1.2.3")
    assert "ada" not in safe.iloc[0, 1]
    numbered = ob.obfuscate(pd.DataFrame([["10.1.2.3"]]))
    assert list(numbered.columns) == [0]
    levels = pd.DataFrame(
        [["CONTOSO\\ada", 1]], columns=pd.MultiIndex.from_tuples([("Dev", "Account"), ("Dev", "n")])
    )
    safe = ob.obfuscate(levels)
    assert safe.columns.equals(levels.columns)
    assert safe.iloc[0, 0] == ob.value("account", "CONTOSO\\ada")


@pytest.mark.pandas
def test_an_index_that_names_people_is_obfuscated_and_one_without_a_name_is_told_of(
    ob: hb.Obfuscator,
) -> None:
    import pandas as pd

    frame = pd.DataFrame({"Account": TEXT, "n": range(4)})
    safe = ob.obfuscate(frame.set_index("Account"))
    assert safe.index.name == "Account"
    assert safe.index[0] == ob.value("account", TEXT[0])
    both = ob.obfuscate(frame.set_index(["n", "Account"]))
    assert both.index.get_level_values("n").tolist() == [0, 1, 2, 3]
    assert both.index[0][1] == ob.value("account", TEXT[0])
    with pytest.warns(UserWarning, match="index"):
        ob.obfuscate(pd.DataFrame({"n": [1]}, index=["ada"]))


@pytest.mark.pandas
def test_attributes_of_a_frame_do_not_come_along(ob: hb.Obfuscator) -> None:
    import pandas as pd

    frame = pd.DataFrame({"n": [1]})
    frame.attrs["owner"] = "ada king"
    assert ob.obfuscate(frame).attrs == {}
    assert frame.attrs


@pytest.mark.pandas
def test_rows_are_taken_where_they_stand_and_a_frame_of_a_class_of_its_own_stays_one(
    ob: hb.Obfuscator,
) -> None:
    import numpy as np
    import pandas as pd

    class Logs(pd.DataFrame):
        @property
        def _constructor(self) -> type:
            return Logs

    cells = np.array([[f"zquagga{row}", row] for row in range(6)], dtype=object)
    cells.setflags(write=False)
    frame = Logs(cells, columns=["Account", "n"], index=[1, 1, 2, 2, 3, 3]).iloc[::-2]
    safe = ob.obfuscate(frame)
    assert isinstance(safe, Logs)
    assert safe.index.tolist() == [3, 2, 1]
    assert safe["n"].tolist() == [5, 3, 1]
    assert safe["Account"].tolist() == [ob.value("account", text) for text in frame["Account"]]
    safe["Account"] = "mine"
    assert frame["Account"].tolist() == ["zquagga5", "zquagga3", "zquagga1"]


@pytest.mark.pandas
def test_a_value_that_changes_its_own_container_does_no_harm(ob: hb.Obfuscator) -> None:
    import numpy as np
    import pandas as pd

    class Odd:
        def __init__(self, container: Any) -> None:
            self.container = container

        def __str__(self) -> str:
            if isinstance(self.container, dict):
                items = list(self.container)
                self.container.clear()
                self.container.update({f"{key}2": "okapi" for key in items})
            else:
                self.container[:] = ["okapi"] * len(self.container)
            return "zquagga"

    first: dict[str, Any] = {"a": "zquagga", "c": "zquagga"}
    first["b"] = Odd(first)
    second: list[Any] = ["zquagga", None, "zquagga"]
    second[1] = Odd(second)
    third = np.array(["zquagga", None, "zquagga"], dtype=object)
    third[1] = Odd(third)
    frames = [pd.DataFrame({"what": third}, copy=False)]
    for container in (first, second):
        cells = np.empty(1, dtype=object)
        cells[0] = container
        frames.append(pd.DataFrame({"what": cells}, copy=False))
    for frame in frames:
        try:
            assert "zquagga" not in str(ob.obfuscate(frame).to_dict())
        except RuntimeError as error:
            assert "changed" in str(error)


@pytest.mark.pandas
def test_frames_without_rows_or_columns(ob: hb.Obfuscator) -> None:
    import pandas as pd

    empty = pd.DataFrame({"Account": pd.Series([], dtype=object), "n": pd.Series([], dtype="int64")})
    pd.testing.assert_frame_equal(ob.obfuscate(empty), empty)
    assert ob.obfuscate(pd.DataFrame()).shape == (0, 0)
    assert ob.obfuscate(pd.DataFrame(index=range(3))).shape == (3, 0)


@pytest.mark.pandas
def test_a_frame_with_dicts_is_proved_and_a_leaf_put_back_is_found(ob: hb.Obfuscator) -> None:
    import pandas as pd

    cells = [
        {"displayName": f"host-{n}-zebra", "seenAt": [f"10.1.2.{n}", "zquagga"], "n": n} for n in range(50)
    ]
    frame = pd.DataFrame({"Account": [f"CONTOSO\\user{n}" for n in range(50)], "Device": cells})
    safe = ob.obfuscate(frame)
    proof = hb.prove(frame, safe, key=KEY)
    assert proof.ok, proof.findings
    leaky = safe.copy(deep=True)
    leaky["Device"] = [dict(cell) for cell in leaky["Device"]]
    leaky.loc[7, "Device"]["displayName"] = cells[7]["displayName"]  # type: ignore[index]
    assert not hb.prove(frame, leaky, key=KEY).ok


@pytest.mark.pandas
def test_a_frame_is_revealed(ob: hb.Obfuscator) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "IpAddress": ["10.1.2.3", None],
            "TenantId": ["0f8fad5b-d9cb-469f-a165-70867728950e"] * 2,
            "Detail": [{"ipAddress": "10.9.9.9", "n": 1}, None],
            "Account": ["CONTOSO\\ada", "bob"],
            "kind": pd.Categorical(["10.1.1.1", "10.1.1.2"]),
        }
    )
    safe = ob.obfuscate(frame)
    back = ob.reveal(safe)
    for name in ("IpAddress", "TenantId", "Detail", "kind"):
        assert back[name].tolist() == frame[name].tolist(), name
    assert back["Account"].tolist() == safe["Account"].tolist()


# --- polars and pyarrow -----------------------------------------------------


@pytest.mark.polars
def test_every_dtype_of_polars_is_taken_or_refused_by_name(ob: hb.Obfuscator) -> None:
    import polars as pl

    texts = ["zquagga okapi", None, "zquagga okapi"]
    columns = [
        pl.Series("Utf8", texts),
        pl.Series("Words", texts, dtype=pl.Categorical),
        pl.Series("Enum", texts, dtype=pl.Enum(["zquagga okapi", "never seen"])),
        pl.Series("List", [texts, None, []]),
        pl.Series("Array", [["a b"], ["c d"], None], dtype=pl.Array(pl.String, 1)),
        pl.Series(
            "Struct",
            [
                {"inner": "zquagga okapi", "more": [{"most": "zquagga okapi"}]},
                None,
                {"inner": None, "more": []},
            ],
        ),
        pl.Series("Null", [None] * 3),
        pl.Series("Bool", [True, None, False]),
        pl.Series("I8", [1, None, 2], dtype=pl.Int8),
        pl.Series("I128", [1, None, 2], dtype=pl.Int128),
        pl.Series("U64", [1, None, 2], dtype=pl.UInt64),
        pl.Series("F32", [1.5, None, 2], dtype=pl.Float32),
        pl.Series("Dec", [Decimal("1.5"), None, Decimal(2)]),
        pl.Series("Date", [dt.date(2026, 1, 1), None, None]),
        pl.Series("Time", [dt.time(1), None, None]),
        pl.Series("When", [dt.datetime(2026, 1, 1, tzinfo=dt.UTC), None, None]),
        pl.Series("Span", [dt.timedelta(1), None, None]),
        pl.Series("Bin", [b"zquagga okapi", None, b""]),
    ]
    taken = 0
    for column in columns:
        frame = pl.DataFrame([column])
        before = frame.clone()
        try:
            safe = ob.obfuscate(frame)
        except hb.HuntbookError as error:
            assert error.code or error.hints
            assert "zquagga" not in str(error)
            continue
        taken += 1
        assert frame.equals(before)
        assert safe.height == 3
        assert "zquagga okapi" not in str(safe.to_dicts()), column.name
        assert "zquagga" not in str(safe.schema)
        if column.name != "Enum":
            assert safe.schema == frame.schema, column.name
        if column.dtype.is_numeric() or column.dtype.is_temporal():
            assert safe.equals(frame), column.name
    assert taken >= len(columns) - 3


@pytest.mark.polars
def test_polars_frames_are_revealed(ob: hb.Obfuscator) -> None:
    import polars as pl

    frame = pl.DataFrame({"IpAddress": ["10.1.2.3", None], "x": [{"ip": ["10.1.1.1"]}, None]})
    assert ob.reveal(ob.obfuscate(frame)).equals(frame)


@pytest.mark.pyarrow
def test_every_type_of_pyarrow_is_taken_or_refused_by_name(ob: hb.Obfuscator) -> None:
    import pyarrow as pa

    texts = ["zquagga okapi", None, "zquagga okapi"]
    arrays = {
        "string": pa.array(texts),
        "large": pa.array(texts, pa.large_string()),
        "view": pa.array(texts, pa.string_view()),
        "word": pa.array(texts).dictionary_encode(),
        "list": pa.array([texts, None, []]),
        "fixed": pa.array([["a b"], ["c d"], None], pa.list_(pa.string(), 1)),
        "largelist": pa.array([texts, None, []], pa.large_list(pa.string())),
        "struct": pa.array(
            [
                {"inner": "zquagga okapi", "more": [{"most": "zquagga okapi"}]},
                None,
                {"inner": None, "more": []},
            ]
        ),
        "map": pa.array([[("k", "zquagga okapi")], None, []], pa.map_(pa.string(), pa.string())),
        "runs": pa.RunEndEncodedArray.from_arrays([2, 3], ["zquagga okapi", "bob stone"]),
        "null": pa.nulls(3),
        "bool": pa.array([True, None, False]),
        "decimal": pa.array([Decimal("1.5"), None, None]),
        "half": pa.array([1, None, 2], pa.float16()),
        "date": pa.array([dt.date(2026, 1, 1), None, None]),
        "time": pa.array([dt.time(1), None, None]),
        "span": pa.array([dt.timedelta(1), None, None]),
        "month": pa.array([(1, 2, 3), None, None], pa.month_day_nano_interval()),
        "binary": pa.array([b"zquagga okapi", None, b""]),
        "bytes8": pa.array([b"zquagga!", None, None], pa.binary(8)),
        "view2": pa.array([b"zquagga okapi", None, b""], pa.binary_view()),
    }
    taken = 0
    for name, array in arrays.items():
        table = pa.table({name: array})
        try:
            safe = ob.obfuscate(table)
        except hb.HuntbookError as error:
            assert error.code or error.hints
            assert "zquagga" not in str(error)
            continue
        taken += 1
        assert safe.num_rows == 3
        assert safe.schema.field(0).type == table.schema.field(0).type, name
        assert "zquagga okapi" not in str(safe.to_pylist()), name
        assert b"zquagga okapi" not in b"".join(
            bytes(b) for c in safe[name].chunks for b in c.buffers() if b is not None
        )
        assert table.equals(pa.table({name: array}))
    assert taken >= len(arrays) - 4


@pytest.mark.pyarrow
def test_many_chunks_of_pyarrow_are_one_table(ob: hb.Obfuscator) -> None:
    import pyarrow as pa

    chunks = [pa.array([f"10.0.{n}.{m}" for m in range(200)]) for n in range(3)]
    table = pa.table({"IpAddress": pa.chunked_array(chunks)})
    safe = ob.obfuscate(table)
    assert safe["IpAddress"].to_pylist() == [ob.value("ip", text) for text in table["IpAddress"].to_pylist()]
    reader = table.to_reader()
    streamed = ob.obfuscate(reader)
    assert streamed["IpAddress"].to_pylist() == safe["IpAddress"].to_pylist()


# --- policies and settings --------------------------------------------------


def test_policies_come_by_name_by_path_and_as_text(tmp_path: Any) -> None:
    yaml = "version: 1\nrules:\n  - kind: keep\n    columns: [Whatever]\n"
    path = tmp_path / "mine.yaml"
    path.write_text(yaml)
    data = {"Whatever": ["zebra quagga"]}
    for policy in (yaml, path, str(path)):
        assert hb.Obfuscator(KEY, policy=policy).obfuscate(data)["Whatever"] == ["zebra quagga"]
    assert hb.Obfuscator(KEY, policy="strict").obfuscate(data)["Whatever"] != ["zebra quagga"]
    with pytest.raises(hb.ObfuscationError, match="default"):
        hb.Obfuscator(KEY, policy="defualt")
    with pytest.raises(hb.ObfuscationError, match=r"absent\.yaml"):
        hb.Obfuscator(KEY, policy="absent.yaml")


def test_settings_are_taken_by_name_and_others_refused() -> None:
    assert hb.Obfuscator(KEY, ip="flat").value("ip", "10.1.2.3").startswith("10.")
    with pytest.raises(hb.ObfuscationError, match="prefix"):
        hb.Obfuscator(KEY, ip="sideways")
    with pytest.raises(TypeError, match="column_map"):
        hb.Obfuscator(KEY, policy={"a": "ip"})  # type: ignore[arg-type]


def test_words_of_the_peer_are_kinds_in_a_column_map() -> None:
    ob = hb.Obfuscator(KEY, column_map={"a": "acct", "b": "str", "c": "/"})
    safe = ob.obfuscate({"a": ["ada"], "b": ["ada"], "c": ["/ada/bob"]})
    assert safe["a"] == [ob.value("account", "ada")]
    assert safe["c"][0].count("/") == 2
    assert "zquagga" not in safe["c"][0]


def test_a_name_of_one_table_is_hidden_in_the_text_of_another() -> None:
    ob = hb.Obfuscator(KEY)
    text = {"Message": ["the user april logged on at the host"]}
    assert "april" not in ob.obfuscate({"Account": ["april"], **text})["Message"][0]
    ob.learn({"Account": ["april", "may"]})
    assert "april" not in ob.obfuscate(text)["Message"][0]


def test_files_are_obfuscated_and_proved(tmp_path: Any) -> None:
    source = tmp_path / "in.csv"
    source.write_text("Account,IpAddress\nCONTOSO\\ada,10.1.2.3\n")
    ob = hb.Obfuscator(KEY)
    report = ob.file(source, tmp_path / "out.csv")
    assert report["rows"] == 1
    out = (tmp_path / "out.csv").read_text()
    assert ob.value("ip", "10.1.2.3") in out
    assert "zquagga" not in out
    proof = hb.prove(source, tmp_path / "out.csv", key=KEY)
    assert proof.ok, proof.findings
    assert not hb.prove(source, source, key=KEY).ok
    with pytest.raises(hb.ObfuscationError):
        ob.file(tmp_path / "absent.csv", tmp_path / "x.csv")
    with pytest.raises(hb.ObfuscationError):
        ob.file(source, tmp_path / "out.csv")


def test_a_proof_says_what_stays_and_what_was_tried_and_its_html_is_escaped() -> None:
    data = {"<b>Activity": ["Sign-in activity"], "Account": ["ada"]}
    ob = hb.Obfuscator(KEY, column_map={"<b>Activity": "keep"})
    proof = hb.prove(data, ob.obfuscate(data), obfuscator=ob)
    assert [column["column"] for column in proof.left_in_clear] == ["<b>Activity"]
    assert proof.attack
    drawn = proof._repr_html_()
    assert "&lt;b&gt;Activity" in drawn
    assert "<b>Activity" not in drawn
    with pytest.raises(TypeError, match="key"):
        hb.prove(data, data)
