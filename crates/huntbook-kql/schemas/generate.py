"""Write `tables.tsv` from a JSON file of table schemas: {table: {column: type}}.

    python3 generate.py table-schemas.json > tables.tsv

The facts are Microsoft's public table references for Azure Monitor and Defender. One line holds one
table: its name, then for each type one field `type:column column ...`; columns keep their order within
a type. Types are those of KQL; names that are no column (ellipses in the source) are left out.
"""

import json
import re
import sys

ALIASES = {"double": "real", "bigint": "long"}
KQL_TYPES = {"bool", "datetime", "dynamic", "guid", "int", "long", "real", "string"}


def line(table: str, columns: dict[str, str]) -> str:
    by_type: dict[str, list[str]] = {}
    for column, kind in columns.items():
        kind = ALIASES.get(kind, kind)
        if kind in KQL_TYPES and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", column):
            by_type.setdefault(kind, []).append(column)
    fields = (f"{kind}:{' '.join(names)}" for kind, names in sorted(by_type.items()))
    return "\t".join([table, *fields])


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as source:
        schemas = json.load(source)
    for table in sorted(schemas):
        print(line(table, schemas[table]))


main()
