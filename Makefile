# newswatch: `make up` runs everything on this machine, `make test` runs the whole suite against real servers.
# Needs Python 3.11 or newer and make; everything else is fetched into .venv and a cache folder.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
PYTEST_ARGS ?=
WORKERS ?= 2
UV := $(BIN)/uv pip install --system-certs --python $(BIN)/python --constraint constraints.txt

.PHONY: help env up test unit check bench eval golden train docs lock clean format

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/.tools:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "newswatch needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
	@touch $@

$(VENV)/.runtime: $(VENV)/.tools pyproject.toml constraints.txt
	$(UV) --quiet --compile-bytecode --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(UV) --quiet --group dev
	@touch $@

env: $(VENV)/.runtime ## the program and what it needs, in .venv

up: $(VENV)/.runtime ## start everything and print the board's address (ARGS=--once: run the seeds, print a summary, end)
	@$(BIN)/newswatch up $(ARGS)

test: $(VENV)/.dev ## the whole suite against real servers, two files at a time (WORKERS=1: one)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

unit: $(VENV)/.dev ## the tests that need no server
	$(BIN)/python -m pytest tests/unit $(PYTEST_ARGS)

check: $(VENV)/.dev ## format, lint, types, import contracts, wheel
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy newswatch ingest processors sinks tests deploy/grafana
	$(BIN)/pyright
	$(BIN)/python tests/wheel_check.py

format: $(VENV)/.dev ## rewrite the sources in the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev ## measurements, side by side in one run
	$(BIN)/python -m tests.bench $(ARGS)

eval: $(VENV)/.dev ## quality of tagging and of stories on our own gold cases
	$(BIN)/python -m tests.eval $(ARGS)

train: $(VENV)/.dev ## learn the watch's model from the labelled lines (ARGS=--validate: what it is worth, nothing is written)
	$(BIN)/python -m tests.learning $(ARGS)

golden: $(VENV)/.dev ## rewrite expected results; read the difference before you commit it
	$(BIN)/python -m tests.golden

docs: $(VENV)/.dev ## rewrite the reference pages made from code
	$(BIN)/python -m tests.docs_write
	$(BIN)/python -m tests.flow_diagram
	PYTHONPATH=. $(BIN)/python deploy/grafana/dashboards.py

lock: $(VENV)/.tools ## choose versions anew and pin them in constraints.txt
	$(BIN)/uv pip compile --system-certs --quiet --upgrade --universal --no-header --no-annotate --no-emit-index-url --group dev pyproject.toml -o constraints.txt

clean: ## remove the environment and caches (not the data)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
