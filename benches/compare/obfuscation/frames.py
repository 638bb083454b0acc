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
    site = f"site{number % 97:02d}"
    host = f"ws-{site}-{number:06d}"
    domain = "-".join(str(dice.getrandbits(31)) for _ in range(3))
    return (
        guid,
        f"CONTOSO\\user{number:06d}",
        f"{host}.{site}.corp.contoso.com",
        ".".join(str(dice.randrange(1, 255)) for _ in range(4)),
        f"S-1-5-21-{domain}-{1000 + number}",
        f"City {number}, Country {number % 193}",
        (
            f"/subscriptions/{guid}/resourceGroups/rg-{site}-production-{number:06d}"
            f"/providers/Microsoft.Compute/virtualMachines/{host}"
        ),
        {
            "deviceId": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
            "displayName": host,
            "operatingSystem": f"Windows 10.0.{19041 + number}",
            "browser": f"Edge {number // 1000}.0.{number}",
            "trustType": f"Azure AD registered {number}",
        },
    )
