#!/usr/bin/env bash
# The Python tests three times: with all table libraries, then in copies of the environment from which
# pyarrow, and then pandas too, were uninstalled. A test that needs a missing library is deselected by
# its marker, never skipped at run time.
set -euo pipefail
python=.venv/bin/python
fast="not notebook and not browser and not spark"

echo "== with pandas, polars and pyarrow"
$python -m pytest -q -m "$fast"

world=$(mktemp -d)
trap 'rm -rf "$world"' EXIT
$python -m venv --without-pip "$world/venv"
site=$("$world/venv/bin/python" -c 'import site; print(site.getsitepackages()[0])')
cp -r .venv/lib/python3*/site-packages/. "$site"

without() { # names of the packages to remove
    for name in "$@"; do rm -rf "$site/$name" "$site/$name"-*.dist-info; done
    for name in "$@"; do
        if "$world/venv/bin/python" -c "import $name" 2>/dev/null; then echo "$name is still there" >&2; exit 1; fi
    done
}

echo "== without pyarrow"
without pyarrow
"$world/venv/bin/python" -m pytest -q -m "$fast and not pyarrow"

echo "== without pandas and pyarrow"
without pandas
"$world/venv/bin/python" -m pytest -q -m "$fast and not pyarrow and not pandas"
