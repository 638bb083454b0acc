"""Write the vectors: `python -m reference.write_vectors`, in the folder `tests`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from reference.scheme_v1 import Scheme

KEY = bytes(range(32))
REALM = "vectors"
FOLDER = Path(__file__).parent


def vectors() -> list[dict[str, str]]:
    """Give the image of each text of `texts.json`."""
    found = []
    for group in json.loads((FOLDER / "texts.json").read_text(encoding="utf-8")):
        scheme = Scheme(KEY, REALM, group.get("ip", "prefix"))
        head = {name: group[name] for name in ("kind", "ip") if name in group}
        for text in group["texts"]:
            found.append({**head, "text": text, "image": scheme.value(group["kind"], text)})  # noqa: PERF401
    return found


class BytesVector(NamedTuple):
    """Bytes in a column, and their image."""

    fixed: bool
    value: str
    image: str


def bytes_vectors() -> list[BytesVector]:
    """Give the image of each value of `bytes.json`: of columns of a fixed width, or of any."""
    binaries = Scheme(KEY, REALM).bytes
    found = []
    for group in json.loads((FOLDER / "bytes.json").read_text(encoding="utf-8")):
        image = binaries.fixed_width if group["fixed"] else binaries.any_width
        for value in group["values"]:
            vector = BytesVector(group["fixed"], value, image(bytes.fromhex(value)).hex())
            found.append(vector)
    return found


def as_lines(vectors: list[dict[str, str]] | list[dict[str, object]]) -> str:
    """Write one vector a line."""
    return ",\n".join("  " + json.dumps(vector, ensure_ascii=False) for vector in vectors)


if __name__ == "__main__":
    of_bytes = [vector._asdict() for vector in bytes_vectors()]
    head = f'{{\n "scheme": "huntbook-v1",\n "key": "{KEY.hex()}",\n "realm": "{REALM}",\n "vectors": [\n'
    body = as_lines(vectors()) + '\n ],\n "bytes": [\n' + as_lines(of_bytes)
    (FOLDER / "scheme-v1.json").write_text(head + body + "\n ]\n}\n", encoding="utf-8")
