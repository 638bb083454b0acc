"""KQL on huntbook, SQL on DuckDB, KQL on duckdb-kql, and pandas: the same questions to the same Parquet files.

compare.py BENCH LOGS [RESULTS.md] [--rounds N] [--only NAME,...] [--without PEER,...]

BENCH is the program that `cargo build --example bench` makes, LOGS a folder of Parquet files. Each pair of engine and
query is a process of its own: it answers once with the files dropped from the page cache (cold), then N times
(warm, the least counts). Two threads. Answers are compared first, as sets of rows.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from queries import QUERIES, Query

PEERS = ["huntbook", "DuckDB", "duckdb-kql", "pandas"]
#: Seconds after which a peer is taken for one that does not answer.
PATIENCE = 60


def drop(logs: Path) -> None:
    """Drop the files from the page cache, if the system lets itself be told."""
    for path in logs.glob("*.parquet"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def cpu() -> float:
    """The seconds that all threads of this process have computed."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def ask_duckdb(query: Query, logs: Path, peer: str) -> Any:
    """A function that gives the answer as an Arrow table."""
    import duckdb

    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET TimeZone = 'UTC'")
    for path in logs.glob("*.parquet"):
        connection.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM '{path}'")
    if peer == "duckdb-kql":
        import duckdb_kql

        return lambda: duckdb_kql.kql(connection, query.kql).to_arrow_table()
    sql = query.sql
    return lambda: connection.sql(sql).to_arrow_table()


def ask_pandas(query: Query, logs: Path) -> Any:
    """A function that gives the answer as a frame, reading included."""
    import pandas
    import pyarrow

    pyarrow.set_cpu_count(2)

    def answer() -> Any:
        frames = [
            pandas.read_parquet(logs / f"{table}.parquet", columns=columns or None)
            for table, columns in query.columns.items()
        ]
        return query.frame(*frames)

    return answer


def worker(peer: str, name: str, logs: Path, rounds: int, target: str) -> None:
    """Answer and say how long it took; what runs in a process of its own."""
    query = next(query for query in QUERIES if query.name == name)
    seconds, burnt = [], []
    for _ in range(rounds + 1):
        began, used = time.perf_counter(), cpu()
        if not seconds:
            # Importing the library is not counted, opening the files is.
            if peer == "pandas":
                import pandas  # noqa: F401
            else:
                import duckdb  # noqa: F401

                if peer == "duckdb-kql":
                    import duckdb_kql  # noqa: F401
            began, used = time.perf_counter(), cpu()
            ask = ask_pandas(query, logs) if peer == "pandas" else ask_duckdb(query, logs, peer)
        answer = ask()
        seconds.append(time.perf_counter() - began)
        burnt.append(cpu() - used)
    import pyarrow

    table = answer if peer != "pandas" else pyarrow.Table.from_pandas(answer, preserve_index=False)
    with pyarrow.OSFile(target, "wb") as sink, pyarrow.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    print(json.dumps({"rows": table.num_rows, "seconds": seconds, "cpu": burnt}))


def measure(peer: str, query: Query, arguments: Any, target: str) -> dict[str, Any]:
    """Times of one peer at one query, or why there are none."""
    drop(arguments.logs)
    if peer == "huntbook":
        text = Path(target).with_suffix(".kql")
        text.write_text(query.kql)
        command = [arguments.bench, str(arguments.logs), str(text), str(arguments.rounds), target]
    else:
        command = [sys.executable, __file__, "--worker", peer, query.name, str(arguments.logs)]
        command += [str(arguments.rounds), target]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return {"error": f"no answer within {PATIENCE} s"}
    if ran.returncode != 0:
        lines = [line for line in ran.stderr.splitlines() if line.strip()]
        return {"error": lines[-1].strip() if lines else f"ended with {ran.returncode}"}
    return json.loads(ran.stdout.splitlines()[-1])


def rows(path: str) -> list[tuple[str, ...]]:
    """The rows of an answer in one order, times as microseconds."""
    import pyarrow

    table = pyarrow.ipc.open_file(path).read_all()
    columns = []
    for column in table.columns:
        if pyarrow.types.is_timestamp(column.type):
            # What DuckDB computes from times may have lost the nanoseconds.
            column = column.cast(pyarrow.timestamp("us", "UTC"), safe=False).cast("int64")
        columns.append(["" if value is None else str(value) for value in column.to_pylist()])
    return sorted(zip(*columns, strict=True))


def same(query: Query, one: str, other: str) -> bool:
    """Whether two answers are equal; of an arg_max its key and value are, since rows may share them."""
    left, right = rows(one), rows(other)
    if query.name == "arg_max *":
        left, right = ([row[:2] for row in side] for side in (left, right))
    return left == right


def shown(result: dict[str, Any], key: str) -> str:
    """A time for the table."""
    if "error" in result:
        return "-"
    values = result["seconds"]
    return f"{values[0] if key == 'cold' else min(values[1:]):.3f}"


def mean(ratios: list[float]) -> float:
    """The geometric mean."""
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else math.nan


def report(results: dict[str, dict[str, Any]], equal: dict[str, dict[str, str]], arguments: Any) -> str:
    """The tables in Markdown."""
    peers = [peer for peer in PEERS if peer not in arguments.without]
    lines = [
        "# KQL over Parquet: huntbook, DuckDB, duckdb-kql, pandas",
        "",
        f"{arguments.count:,} rows of `huntbook scenario`, two threads, seconds. Cold: the first answer, opening the files",
        f"included, files dropped from the page cache. Warm: the least of {arguments.rounds}. CPU: of the warm rounds, the least.",
        "`=`: the answer equals huntbook's. Made by `make bench-kql`.",
    ]
    for kind in ("cold", "warm"):
        lines += ["", f"## {kind.capitalize()}", ""]
        lines.append("| query | " + " | ".join(peers) + " | huntbook / DuckDB | CPU, huntbook / DuckDB |")
        lines.append("|---|" + "---:|" * (len(peers) + 2))
        ratios, cpus = [], []
        for name, result in results.items():
            cells = []
            for peer in peers:
                mark = equal[name].get(peer, "")
                cells.append(f"{shown(result[peer], kind)}{' ' + mark if mark else ''}")
            ours, theirs = result["huntbook"], result.get("DuckDB", {"error": ""})
            ratio = burnt = math.nan
            if "error" not in ours and "error" not in theirs:
                at = (lambda one: one[0]) if kind == "cold" else (lambda one: min(one[1:]))
                ratio = at(ours["seconds"]) / at(theirs["seconds"])
                burnt = max(at(ours["cpu"]), 0.01) / max(at(theirs["cpu"]), 0.01)
                ratios.append(ratio)
                cpus.append(burnt)
            lines.append(f"| {name} | " + " | ".join(cells) + f" | {ratio:.2f} | {burnt:.2f} |")
        lines.append(f"| geometric mean |{' |' * len(peers)} {mean(ratios):.2f} | {mean(cpus):.2f} |")
    missing = [
        f"* {peer}, {name}: {result[peer]['error'][:160]}"
        for name, result in results.items()
        for peer in peers
        if "error" in result[peer]
    ]
    lines += ["", *(["Without an answer:", "", *missing, ""] if missing else [])]
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg()[:2])
    lines.append(f"* {os.cpu_count()} cores, {platform.machine()}; load average {load} (1 and 5 min).")
    names = ["duckdb", "duckdb-kql", "pandas", "pyarrow"]
    lines.append(
        f"* Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in names)
        + "."
    )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Compare all and print."""
    if sys.argv[1:2] == ["--worker"]:
        peer, name, logs, rounds, target = sys.argv[2:7]
        worker(peer, name, Path(logs), int(rounds), target)
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("logs", type=Path)
    parser.add_argument("results", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", type=lambda names: names.split(","), default=[])
    parser.add_argument("--without", type=lambda names: names.split(","), default=[])
    arguments = parser.parse_args()
    import pyarrow.parquet

    arguments.count = sum(
        pyarrow.parquet.read_metadata(path).num_rows for path in arguments.logs.glob("*.parquet")
    )
    results: dict[str, dict[str, Any]] = {}
    equal: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for query in QUERIES:
            if arguments.only and query.name not in arguments.only:
                continue
            results[query.name], equal[query.name] = {}, {}
            for peer in PEERS:
                if peer in arguments.without:
                    continue
                target = f"{folder}/{peer}.arrow"
                result = measure(peer, query, arguments, target)
                results[query.name][peer] = result
                ours = f"{folder}/huntbook.arrow"
                # Frames need not have the columns in order.
                if peer.lower().startswith("duckdb") and "error" not in result and Path(ours).exists():
                    equal[query.name][peer] = "=" if same(query, ours, target) else "≠"
                print(
                    query.name,
                    peer,
                    result.get("error") or f"{shown(result, 'cold')} {shown(result, 'warm')}",
                    equal[query.name].get(peer, ""),
                    file=sys.stderr,
                    flush=True,
                )
            for left in Path(folder).iterdir():
                left.unlink()
    text = report(results, equal, arguments)
    print(text)
    if arguments.results:
        arguments.results.write_text(text)


if __name__ == "__main__":
    main()
