"""Spark DataFrames, on a local Spark with two partitions and more."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

import huntbook as hb

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.spark

KEY = hb.Key.from_bytes(bytes.fromhex("9b1c7e42d0a85f36c4e91a7702bd68f3551ec08ad7429f6b30f8e2a4617cd95b"))


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    # The workers run in this environment, not in the first one on the path.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def rows() -> list[tuple[Any, ...]]:
    return [
        (
            number,
            f"CONTOSO\\user{number % 7}" if number % 5 else None,
            f"10.1.{number % 3}.{number % 250}",
            "ada logged on" if number < 60 else f"10.9.9.{number}",
            {"displayName": f"host{number}", "addresses": [f"10.2.3.{number}", None], "count": number},
            {"ip": f"10.1.{number % 3}.{number % 250}"} if number % 2 else None,
        )
        for number in range(120)
    ]


SCHEMA = (
    "n int, Account string, IpAddress string, Odd string, "
    "Device struct<displayName: string, addresses: array<string>, count: int>, Extra map<string, string>"
)


def test_schema_rows_order_and_partitions_are_kept_and_nothing_stays_in_clear(
    session: Any, rows: list[tuple[Any, ...]]
) -> None:
    from pyspark.sql.functions import spark_partition_id

    from huntbook.spark import obfuscate

    df = session.createDataFrame(rows, SCHEMA).repartition(3)
    safe = obfuscate(df, key=KEY, realm="here")
    assert [field.dataType for field in safe.schema] == [field.dataType for field in df.schema]
    numbered = lambda frame: [  # noqa: E731
        (row.part, row.n) for row in frame.withColumn("part", spark_partition_id()).collect()
    ]
    assert numbered(safe) == numbered(df)
    before = {row.n: row for row in df.collect()}
    after = {row.n: row for row in safe.collect()}
    for number, row in after.items():
        old = before[number]
        assert (row.Account is None) == (old.Account is None)
        assert row.IpAddress != old.IpAddress
        assert row.IpAddress.startswith("10.")
        assert row.Device.displayName != old.Device.displayName
        assert row.Device["count"] == number
        assert row.Device.addresses[0].startswith("10.")
        assert row.Device.addresses[1] is None
        assert (row.Extra is None) == (old.Extra is None)
    text = str(list(after.values()))
    assert "user1" not in text
    assert "10.2.3.5'" not in text


def test_partitions_agree_with_each_other_and_with_one_machine(
    session: Any, rows: list[tuple[Any, ...]]
) -> None:
    from huntbook.spark import obfuscate

    df = session.createDataFrame(rows, SCHEMA)
    one = obfuscate(df.coalesce(1), key=KEY).toPandas().sort_values("n")
    many = obfuscate(df.repartition(4), key=KEY).toPandas().sort_values("n")
    assert one["Account"].tolist() == many["Account"].tolist()
    assert one["Odd"].tolist() == many["Odd"].tolist()
    ob = hb.Obfuscator(KEY)
    assert one["IpAddress"].tolist() == [ob.value("ip", row[2]) for row in rows]


def test_a_rule_is_followed_and_a_bad_one_is_refused_on_the_driver(session: Any) -> None:
    from huntbook.spark import obfuscate

    df = session.createDataFrame([("a", "b")], "x string, y string")
    row = obfuscate(df, key=KEY, column_map={"x": "keep", "y": "null"}).collect()[0]
    assert (row.x, row.y) == ("a", None)
    with pytest.raises(hb.ObfuscationError, match="kind"):
        obfuscate(df, key=KEY, column_map={"x": "hush"})


def test_the_key_is_in_no_plan(session: Any, capfd: pytest.CaptureFixture[str]) -> None:
    from huntbook.spark import obfuscate

    df = session.createDataFrame([("CONTOSO\\ada",)], "Account string")
    safe = obfuscate(df, key=KEY)
    safe.explain(extended=True)
    safe.collect()
    shown = capfd.readouterr()
    raw = bytes.fromhex("9b1c7e42d0a85f36c4e91a7702bd68f3551ec08ad7429f6b30f8e2a4617cd95b")
    for text in (shown.out, shown.err, safe._jdf.queryExecution().toString()):
        assert raw.hex() not in text
        assert repr(raw) not in text
        assert "\\x9b\\x1c" not in text
    assert "huntbook_obfuscate" in shown.out


def test_an_empty_frame_stays_empty(session: Any) -> None:
    from huntbook.spark import obfuscate

    df = session.createDataFrame([], "Account string, n int")
    assert obfuscate(df, key=KEY).collect() == []
