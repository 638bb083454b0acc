# Two commands do everything from a bare checkout: `make hunt` and `make test`.
# They need a Rust toolchain, Python 3.11+ and make; what else they need they install.
# `make help` lists the rest, by cost.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
# DataFusion is compiled once and kept outside the checkout, for every clone to reuse.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/huntbook/target
export CARGO_TERM_COLOR ?= auto
CLAIMED := $(shell scripts/claim_build.sh "$(CARGO_TARGET_DIR)")

VENV := .venv
BIN := $(VENV)/bin
HUNTBOOK := $(BIN)/huntbook

# The demo: how many rows, which seed, where.
ROWS ?= 200000
SEED ?= 7
LOGS ?= demo-logs
REPORT ?= hunt-report

RUST_SOURCES := $(shell find crates xtask queries -type f 2>/dev/null) Cargo.toml Cargo.lock
PYTHON_SOURCES := $(shell find python -type f -not -name '*.pyc' -not -name '*.so' 2>/dev/null) pyproject.toml

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# --- the main job -----------------------------------------------------------

.PHONY: hunt
hunt: cli $(VENV)/.wheel ## the demo hunt, from a bare checkout to hunt-report/
	$(HUNTBOOK) scenario $(LOGS) --seed $(SEED) --rows $(ROWS)
	$(HUNTBOOK) hunt $(LOGS)/logs --feed $(LOGS)/feed --report $(REPORT)
	@# The notebook shows names in clear: it stays beside the logs, not in the report.
	$(BIN)/python scripts/run_notebook.py notebooks/first-hunt.ipynb $(LOGS)/first-hunt.ipynb -p data $(abspath $(LOGS))
	@echo "open $(REPORT)/report.html, or: make notebook"

.PHONY: notebook
notebook: $(VENV)/.wheel $(LOGS)/ground-truth.json ## the first hunt in JupyterLab
	HUNTBOOK_DATA=$(abspath $(LOGS)) $(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/first-hunt.ipynb

$(LOGS)/ground-truth.json: | cli
	$(HUNTBOOK) scenario $(LOGS) --seed $(SEED) --rows $(ROWS)

# --- builds -----------------------------------------------------------------

.PHONY: build
build: cli $(VENV)/.wheel ## the command line and the wheel

# Cargo knows what is fresh; checkouts that share a target folder take turns at the binary's name.
.PHONY: cli
cli: $(VENV)/.ready
	cargo build --locked --quiet --package huntbook-cli
	@cp $(CARGO_TARGET_DIR)/debug/huntbook $(HUNTBOOK)

$(VENV)/.ready: requirements/dev.in requirements/constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("huntbook needs Python 3.11 or newer: set PYTHON=") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV) || { scripts/install_packages.sh python3-venv && $(PYTHON) -m venv --clear $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements/dev.in --constraint requirements/constraints.txt
	@touch $@

$(VENV)/.wheel: $(VENV)/.ready $(RUST_SOURCES) $(PYTHON_SOURCES)
	rm -rf $(VENV)/wheels
	$(BIN)/maturin build --locked --interpreter $(BIN)/python --out $(VENV)/wheels
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall $(VENV)/wheels/*.whl
	@touch $@

# --- tests, by cost ---------------------------------------------------------

.PHONY: test
test: check test-rust test-py test-notebook test-browser test-spark ## everything that CI runs

.PHONY: check
check: $(VENV)/.ready ## format, lints, layers, types: a minute when warm
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- --deny warnings
	cargo xtask layers
	cargo xtask features
	cargo metadata --locked --format-version 1 --manifest-path fuzz/Cargo.toml > /dev/null
	cargo metadata --locked --format-version 1 --manifest-path distributed/Cargo.toml > /dev/null
	$(BIN)/ruff check python tests scripts benches
	$(BIN)/ruff format --check python tests scripts benches
	$(BIN)/mypy

# The laws are tried on the same cases in every run; `make laws` takes new and more ones.
export PROPTEST_RNG_SEED ?= 20261124

.PHONY: test-rust
test-rust: ## Rust tests, doctests and conformance
	cargo test --locked

.PHONY: laws
laws: $(VENV)/.wheel ## the property tests on new cases, many of them
	env -u PROPTEST_RNG_SEED PROPTEST_CASES=20000 cargo test --locked
	HUNTBOOK_LAWS=new $(BIN)/python -m pytest -q tests/unit/test_border.py

.PHONY: fuzz
fuzz: ## every parser on hostile input, FUZZ_SECONDS (60) each
	fuzz/run.sh $(or $(FUZZ_SECONDS),60)

.PHONY: test-kql
test-kql: ## the KQL engine and its conformance files alone
	cargo test --locked --package huntbook-kql-syntax --package huntbook-kql

.PHONY: kql-coverage
kql-coverage: $(LOGS)/ground-truth.json ## how many public hunting queries parse, bind, plan and run (a copy of them beside the checkout)
	cargo xtask coverage --folder $(LOGS)/logs

.PHONY: test-kql-grammar
test-kql-grammar: node_modules/.ready ## the KQL parser against Microsoft's on changed real queries: a minute
	cargo test --locked --package huntbook-kql-syntax --test syntax -- --ignored --exact oracle::microsofts_parser_agrees --nocapture

# Ballista has features of DataFusion of its own, so that all is compiled a second time, unoptimised, into a folder beside.
.PHONY: test-distributed
test-distributed: export CARGO_TARGET_DIR := $(CARGO_TARGET_DIR)/distributed
test-distributed: ## KQL on a scheduler and two executors: 13 minutes the first time
	cargo fmt --check --manifest-path distributed/Cargo.toml
	cargo test --locked --manifest-path distributed/Cargo.toml

.PHONY: test-py
test-py: $(VENV)/.wheel ## Python tests: with pandas, without pyarrow, without either
	scripts/test_python_worlds.sh

.PHONY: test-notebook
test-notebook: $(VENV)/.wheel $(VENV)/.kernels ## waiting cells on each kernel, the notebooks by papermill on the oldest and the newest
	$(BIN)/python -m pytest -n 2 --dist loadscope -m notebook

.PHONY: test-browser
test-browser: $(VENV)/.wheel $(VENV)/.kernels node_modules/.ready .chromium ## real JupyterLab and Notebook 7 in headless Chromium, and the types of the JavaScript
	npm run --silent check
	$(BIN)/python -m pytest -n 2 --dist loadscope -m browser

.PHONY: test-kernels
test-kernels: $(VENV)/.wheel $(VENV)/.kernels .chromium ## waiting cells in the browser on each kernel, as a table
	HUNTBOOK_KERNELS_IN_BROWSER=all scripts/test_kernels.sh $(BIN)/python $(VENV)/kernels.xml

# Kernels as other installations have them, each in an environment of its own with the same wheel.
test-notebook test-browser test-kernels: export HUNTBOOK_KERNELS := $(abspath $(VENV)/kernels)
KERNELS := $(patsubst requirements/kernels/%.txt,$(VENV)/kernels/%/.ready,$(wildcard requirements/kernels/*.txt))

$(VENV)/.kernels: $(KERNELS)
	@touch $@

$(KERNELS): $(VENV)/kernels/%/.ready: requirements/kernels/%.txt $(VENV)/.wheel
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall $(VENV)/wheels/*.whl
	@touch $@

.PHONY: test-spark
test-spark: $(VENV)/.spark ## Spark DataFrames, on a local Spark
	command -v java >/dev/null || scripts/install_packages.sh default-jre-headless
	$(VENV)/spark/bin/python -m pytest -q -m spark tests/unit/test_spark.py

$(VENV)/.spark: $(VENV)/.wheel requirements/spark.txt
	$(PYTHON) -m venv $(VENV)/spark
	$(VENV)/spark/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements/spark.txt
	$(VENV)/spark/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall $(VENV)/wheels/*.whl
	@touch $@

node_modules/.ready: package.json package-lock.json
	command -v npm >/dev/null || scripts/install_packages.sh nodejs npm
	npm ci --silent --no-audit --no-fund
	@touch $@

.PHONY: .chromium
.chromium:
	@test -x /usr/bin/chromium || scripts/install_packages.sh chromium

.PHONY: pictures
pictures: $(VENV)/.wheel .chromium ## the pictures of the documentation, taken anew
	HUNTBOOK_PICTURES=$(abspath docs/widgets/pictures) $(BIN)/python -m pytest -q -m browser tests/browser/test_gallery.py

# --- benchmarks -------------------------------------------------------------

# The peer has an environment of its own: it pins older libraries, and huntbook is measured beside it there.
.PHONY: bench-obfuscation
bench-obfuscation: $(VENV)/.peer ## MSTICPy's mask_df and huntbook's on the same frames, side by side
	$(VENV)/peer/bin/python benches/compare/obfuscation/compare.py benches/compare/obfuscation/results.md

$(VENV)/.peer: $(VENV)/.wheel benches/compare/obfuscation/requirements.txt
	$(PYTHON) -m venv $(VENV)/peer
	$(VENV)/peer/bin/python -m pip install --quiet --disable-pip-version-check --requirement benches/compare/obfuscation/requirements.txt
	$(VENV)/peer/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall $(VENV)/wheels/*.whl
	@touch $@

# Two gigabytes of memory and half a gigabyte of disk; the logs are made once.
KQL_LOGS ?= $(CARGO_TARGET_DIR)/bench-kql
.PHONY: bench-kql
bench-kql: $(VENV)/.kql-peers $(KQL_LOGS)/ground-truth.json ## KQL over 10 million rows: huntbook, DuckDB, duckdb-kql, pandas
	cargo build --locked --quiet --package huntbook-kql --example bench
	$(VENV)/kql-peers/bin/python benches/compare/kql/compare.py $(CARGO_TARGET_DIR)/debug/examples/bench $(KQL_LOGS)/logs benches/compare/kql/results.md

$(KQL_LOGS)/ground-truth.json: | cli
	$(HUNTBOOK) scenario $(KQL_LOGS) --seed 7 --rows 10000000

$(VENV)/.kql-peers: benches/compare/kql/requirements.txt | $(VENV)/.ready
	$(PYTHON) -m venv $(VENV)/kql-peers
	$(VENV)/kql-peers/bin/python -m pip install --quiet --disable-pip-version-check --requirement benches/compare/kql/requirements.txt
	@touch $@

# --- upkeep -----------------------------------------------------------------

.PHONY: format
format: $(VENV)/.ready ## rewrite the sources in the house format
	cargo fmt --all
	$(BIN)/ruff format python tests scripts benches
	$(BIN)/ruff check --fix python tests scripts benches

.PHONY: clean
clean: ## remove what was made in the checkout (the shared build stays)
	rm -rf $(VENV) node_modules $(LOGS) $(REPORT)
