"""The frames that both libraries obfuscate: eight columns of the kinds that logs have."""

from __future__ import annotations

import random
import uuid
from typing import Any

COLUMNS = [
    "TenantId",
    "Account",
    "Computer",
    "IpAddress",
    "SubjectUserSid",
    "Location",
    "ResourceId",
    "DeviceDetail",
]


def make(rows: int, *, distinct: bool, seed: int = 7) -> Any:
    """Return a pandas frame of `rows` rows: mostly distinct values, or about 50 a column."""
    import pandas as pd

    dice = random.Random(seed)  # noqa: S311 (no secret)
    kinds = rows if distinct else 50
    pool = [_row(dice, number) for number in range(kinds)]
    chosen = pool if distinct else [dice.choice(pool) for _ in range(rows)]
    frame = pd.DataFrame(chosen, columns=list(COLUMNS))
    if not distinct:
        # Each cell has a dict of its own, as a reader of JSON makes them.
        frame["DeviceDetail"] = [dict(cell) for cell in frame["DeviceDetail"]]
    return frame.astype(object)


def _row(dice: random.Random, number: int) -> tuple[Any, ...]:
    guid = str(uuid.UUID(int=dice.getrandbits(128), version=4))
    host = f"host{number}"
    return (
        guid,
        f"CONTOSO/user{number}",
        f"{host}.site{number % 97}.contoso.com",
        ".".join(str(dice.randrange(1, 255)) for _ in range(4)),
        f"S-1-5-21-{dice.getrandbits(31)}-{dice.getrandbits(31)}-{dice.getrandbits(31)}-{1000 + number}",
        f"City {number}, Country {number % 193}",
        f"/subscriptions/{guid}/resourceGroups/rg{number}/providers/Microsoft.Compute/virtualMachines/{host}",
        {
            "deviceId": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
            "displayName": host,
            "operatingSystem": f"Windows {number}",
            "browser": f"Edge {number}.0",
            "trustType": f"trust {number}",
        },
    )
