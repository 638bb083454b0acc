"""Run a notebook unattended with papermill: ``run_notebook.py SOURCE TARGET [-p NAME VALUE]...``."""

from __future__ import annotations

import argparse

import papermill


def main() -> None:
    """Run the notebook that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("-p", "--parameter", nargs=2, action="append", default=[])
    given = parser.parse_args()
    papermill.execute_notebook(
        given.source,
        given.target,
        parameters=dict(given.parameter),
        kernel_name="python3",
        progress_bar=False,
        log_output=False,
    )


if __name__ == "__main__":
    main()
