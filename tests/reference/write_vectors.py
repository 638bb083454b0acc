"""Write the vectors: `python -m reference.write_vectors`, in the folder `tests`."""

from __future__ import annotations

import json
from pathlib import Path

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


if __name__ == "__main__":
    lines = ",\n".join("  " + json.dumps(vector, ensure_ascii=False) for vector in vectors())
    head = f'{{\n "scheme": "huntbook-v1",\n "key": "{KEY.hex()}",\n "realm": "{REALM}",\n "vectors": [\n'
    (FOLDER / "scheme-v1.json").write_text(head + lines + "\n ]\n}\n", encoding="utf-8")
