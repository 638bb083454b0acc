"""MSTICPy's `mask_df` and huntbook's `obfuscate` and `mask_df`, on the same frames in one run, in turns.

compare.py [RESULTS.md]: prints a table of medians and ratios, and writes it with machine and versions.
"""

from __future__ import annotations

import gc
import marshal
import os
import platform
import statistics
import sys
import tempfile
import time
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import frames

if TYPE_CHECKING:
    from collections.abc import Callable

#: What the columns are, in the words of both libraries.
COLUMN_MAP = {
    "TenantId": "uuid",
    "Account": "acct",
    "Computer": "@./:.",
    "IpAddress": "ip",
    "SubjectUserSid": "sid",
    "Location": "str",
    "ResourceId": "@./:",
    "DeviceDetail": "dict",
}

#: Rows -> how often each is run.
ROUNDS = {10_000: 5, 100_000: 3}


def main() -> None:
    """Measure, print, write."""
    os.environ["HUNTBOOK_KEY_FILE"] = str(Path(tempfile.mkdtemp()) / "key")
    warnings.simplefilter("ignore")
    from msticpy.data import data_obfus as peer

    import huntbook as hb
    from huntbook import data_obfus as ours

    obfuscator = hb.Obfuscator(hb.Key.from_bytes(bytes(range(32))))

    def forget() -> None:
        for name in ("hash_item", "hash_sid", "hash_account"):
            getattr(peer, name).cache_clear()

    contestants: dict[str, Callable[[Any], Any]] = {
        "msticpy mask_df": lambda frame: peer.mask_df(frame, COLUMN_MAP, use_default=False),
        "huntbook obfuscate": obfuscator.obfuscate,
        "huntbook mask_df": lambda frame: ours.mask_df(frame, COLUMN_MAP, use_default=False),
    }
    lines = [
        "| rows | values | | wall, s | CPU, s | times faster, wall | times faster, CPU |",
        "|---:|---|---|---:|---:|---:|---:|",
    ]
    for rows, rounds in ROUNDS.items():
        for distinct in (True, False):
            frame = frames.make(rows, distinct=distinct)
            for work in contestants.values():
                work(frame.head(20))
            running = dict(contestants)
            if distinct:
                running["new cells alone"] = cells_alone(obfuscator.obfuscate(frame))
            taken: dict[str, list[tuple[float, float]]] = {name: [] for name in running}
            for _ in range(rounds):
                for name, work in running.items():
                    forget()
                    taken[name].append(measure(work, frame))
            lines += table(rows, distinct, taken)
            print(*lines[-len(running) :], sep="\n", flush=True)
    text = report(lines)
    print(text)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")


def cells_alone(result: Any) -> Callable[[Any], Any]:
    """Return what makes the cells of `result` anew, in C and from bytes, and does nothing else.

    Cells of frames are Python objects, made one after the other under the interpreter's lock: whatever gives
    new ones takes as long as this at least.
    """
    texts = [marshal.dumps(result[name].tolist(), 2) for name in frames.COLUMNS[:-1]]
    dicts = result[frames.COLUMNS[-1]].tolist()

    def work(_frame: Any) -> Any:
        gc.disable()
        _kept = [marshal.loads(column) for column in texts]  # noqa: S302 (its own bytes)
        made = [cell.copy() for cell in dicts]
        gc.enable()
        return made

    return work


def measure(work: Callable[[Any], Any], frame: Any) -> tuple[float, float]:
    """Return the seconds, of the clock and of all cores, that `work` takes on `frame`."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    result = work(frame)
    taken = time.perf_counter() - wall, time.process_time() - cpu
    if len(result) != len(frame):
        sys.exit("rows were lost")
    return taken


def table(rows: int, distinct: bool, taken: dict[str, list[tuple[float, float]]]) -> list[str]:
    """Return the lines of one frame; the first contestant is what the others are compared with."""
    lines = []
    base: tuple[float, float] | None = None
    for name, runs in taken.items():
        wall, cpu = (statistics.median(column) for column in zip(*runs, strict=True))
        base = base or (wall, cpu)
        values = "mostly distinct" if distinct else "about 50 a column"
        lines.append(
            f"| {rows:,} | {values} | {name} | {wall:.3f} | {cpu:.3f} "
            f"| {base[0] / wall:.0f} | {base[1] / cpu:.0f} |"
        )
    return lines


def report(lines: list[str]) -> str:
    """Return the table, and what it was measured on."""
    names = ("msticpy", "huntbook", "pandas", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    one, five, _ = os.getloadavg()
    return "\n".join(
        [
            "# Obfuscation of a pandas frame: MSTICPy and huntbook",
            "",
            "Eight columns: GUID, account, host, IP address, SID, words, Azure resource id, dict of texts",
            "(see `frames.py`). pandas in and out, medians, in turns in one process, caches cleared between.",
            "`obfuscate` keeps three of the five texts in a dict by its policy; `mask_df` hashes all five.",
            "`new cells alone` makes the distinct cells of the output from bytes in C, dicts by flat copies,",
            "and does nothing else. Cells cannot be had for less: each is made under the interpreter's lock.",
            "Made by `make bench-obfuscation`.",
            "",
            *lines,
            "",
            f"* Rounds: {', '.join(f'{count} of {rows:,} rows' for rows, count in ROUNDS.items())}.",
            f"* {_processor()}, {os.cpu_count()} cores; load average {one:.1f} (1 min), {five:.1f} (5 min).",
            f"* Python {platform.python_version()}, {versions}.",
            "",
        ]
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()


if __name__ == "__main__":
    main()
