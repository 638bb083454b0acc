"""Print the results of tests that run on several kernels as a Markdown table: case by kernel.

    python scripts/kernel_table.py RESULTS

RESULTS is what `pytest --junit-xml` writes.
"""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET

TEST = re.compile(r"test_(?P<case>\w+)\[(?:(?P<app>lab|notebook)-)?ipykernel-(?P<kernel>[\w.]+)\]")
FRONT_ENDS = {"lab": "JupyterLab", "notebook": "Notebook 7"}


def outcome(case: ET.Element) -> str:
    """Return `ok`, the seconds that it took and what the test recorded, or that it failed."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "**FAILED**"
    properties = [found.get("name") for found in case.iter("property")]
    notes = [f"; {name}: {properties.count(name)}" for name in dict.fromkeys(properties)]
    return f"ok, {float(case.get('time', 0)):.0f} s{''.join(notes)}"


def table(results: ET.ElementTree[ET.Element]) -> list[str]:
    """Return the table's lines."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    kernels: list[str] = []
    for case in results.iter("testcase"):
        found = TEST.fullmatch(case.get("name", ""))
        if found is None:
            continue
        row = (FRONT_ENDS[found["app"] or "lab"], found["case"].replace("_", " "))
        cells.setdefault(row, {})[found["kernel"]] = outcome(case)
        if found["kernel"] not in kernels:
            kernels.append(found["kernel"])
    lines = [["front end", "case", *(f"ipykernel {kernel}" for kernel in kernels)]]
    lines.append(["---"] * len(lines[0]))
    lines += [[*row, *(cells[row].get(kernel, "") for kernel in kernels)] for row in sorted(cells)]
    return [f"| {' | '.join(line)} |" for line in lines]


if __name__ == "__main__":
    results = ET.parse(sys.argv[1])  # noqa: S314 (our own pytest wrote it)
    sys.stdout.write("\n".join([*table(results), ""]))
