#!/usr/bin/env bash
# Browser tests of waiting cells: test_kernels.sh PYTHON RESULTS. Prints a table, also if some fail.
set -uo pipefail
"$1" -m pytest -q -m browser -o junit_family=xunit1 --junit-xml="$2" tests/browser/test_waiting_in_a_browser.py
status=$?
"$1" scripts/kernel_table.py "$2" || status=$?
exit "$status"
