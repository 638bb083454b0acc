"""Obfuscation of Spark DataFrames, for those who outgrow one machine.

One plan is made on the driver, so that all partitions agree; then every partition is obfuscated by itself,
batch after batch, with Arrow. huntbook, pyarrow and pandas must be installed where the executors run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huntbook.errors import ObfuscationError
from huntbook.obfuscation import Obfuscator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pyarrow as pa
    from pyspark.sql import DataFrame

    from huntbook.obfuscation import Key

__all__ = ["obfuscate"]

#: How many rows decide what the columns hold.
_SAMPLE = 10_000


def obfuscate(
    df: DataFrame,
    *,
    key: Key,
    realm: str = "default",
    policy: str | os.PathLike[str] = "default",
    column_map: Mapping[str, str] | None = None,
) -> DataFrame:
    """Return `df` with sensitive columns replaced, lazily: rows are read when the result is.

    Parameters
    ----------
    df
        Any Spark DataFrame: text, numbers, times, structs, arrays and maps of them.
    key
        Shipped to the executors inside the function that they run; it is in no plan and no log.
    realm, policy, column_map
        As of `huntbook.Obfuscator`. A policy file is read on the driver only.

    Returns
    -------
    DataFrame
        Same columns and types; each partition has the same rows in the same order.

    Raises
    ------
    ObfuscationError
        If a column can be neither passed nor obfuscated.

    Notes
    -----
    What columns without a rule hold is told by the first 10 000 rows, which the driver reads at once. Free
    text hides the names that stand in typed columns of the same batch, besides words that are not public.
    """
    text = os.fspath(policy)
    path = Path(text) if "\n" not in text else None
    if path is not None and (path.suffix or len(path.parts) > 1):
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            msg = f"the policy file `{path}` cannot be read: {error.strerror}"
            raise ObfuscationError(msg) from None
        text = f"{text}\n"
    driver = Obfuscator(key, realm, text, column_map)
    driver.obfuscate(df.limit(_SAMPLE).toArrow())
    # What content decided on the driver is a rule for the executors; rules decide there as they do here.
    rules = {leaf["column"]: leaf["kind"] for leaf in driver.report if not leaf["by_rule"]}
    rules.update(column_map or {})
    secret = key._native.secret()  # noqa: SLF001 (Key is not pickled; the function holds its bytes)

    def huntbook_obfuscate(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from huntbook.obfuscation import Key, Obfuscator
        from huntbook.spark import obfuscate_batch

        obfuscator = Obfuscator(Key.from_bytes(secret), realm, text, rules)
        for batch in batches:
            yield obfuscate_batch(obfuscator, batch)

    return df.mapInArrow(huntbook_obfuscate, _nullable(df.schema))


def obfuscate_batch(obfuscator: Obfuscator, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return one batch of a partition, obfuscated: same rows, same types, without metadata."""
    import pyarrow as pa

    if batch.num_rows == 0:
        return batch
    table = obfuscator.obfuscate(pa.Table.from_batches([batch])).replace_schema_metadata(None)
    return table.combine_chunks().to_batches(max_chunksize=batch.num_rows)[0]


def _nullable(schema: Any) -> Any:
    """Return the schema with nullable columns: a rule may null what had no null before."""
    from pyspark.sql.types import StructField, StructType

    return StructType([StructField(field.name, field.dataType, True, field.metadata) for field in schema])
