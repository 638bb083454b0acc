"""The demo's logs: a company's week, and one intrusion."""

from __future__ import annotations

import json
import os
from typing import Any

from huntbook import _native


def write_scenario(
    folder: str | os.PathLike[str],
    *,
    seed: int = 7,
    rows: int = 200_000,
    format: str = "parquet",  # noqa: A002
) -> dict[str, Any]:
    """Write ``logs/``, ``feed/`` and ``ground-truth.json`` under `folder`; return the ground truth.

    Parameters
    ----------
    folder
        Made where it is missing.
    seed
        The same seed gives the same company, people and intrusion on every machine.
    rows
        Background rows over all tables; the attack's few hundred come on top.
    format
        ``"parquet"`` or ``"ndjson"``.

    Examples
    --------
    >>> import tempfile
    >>> truth = write_scenario(tempfile.mkdtemp(), rows=2_000)
    >>> sorted(truth)[:3]
    ['attack_rows', 'attacker_ip', 'c2_domain']
    """
    return dict(json.loads(_native.write_scenario(os.fspath(folder), seed, rows, format)))
