# Every target sets up what it needs by itself; docs/setup.md explains. Settings:
#   make run ARGS="--limit round2"   make test ARGS="-k stems"   make run PYTHON=python3.12
.DEFAULT_GOAL := help
.PHONY: help run test test-all lint format lock tables clean moved

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# 'moved' when the environment is absent, broken, or was made in another folder: both stamps are then out of date.
MOVED := $(shell test -x $(BIN)/python && test "$$(cat $(VENV)/.folder 2>/dev/null)" = "$$(pwd -P)" || echo moved)
SETUP := tools/setup_environment.sh
# One process a core; each takes about 1 GB.
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.runtime ## set up, unpack the sample tracks, separate them through predict.py, score them, write results.json and a report
	$(BIN)/mdx samples
	$(BIN)/mdx evaluate $(ARGS)

test: $(VENV)/.dev ## set up and run the tests
	$(PYTEST) $(ARGS)

test-all: $(VENV)/.dev ## run the tests that `make test` leaves out too: every architecture overfits a song
	$(PYTEST) -m "exhaustive or not exhaustive" $(ARGS)

lint: $(VENV)/.dev ## set up and check style, types, spelling, file sizes and the set-up files
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python tools/check_tree.py
	$(BIN)/codespell

format: $(VENV)/.dev ## rewrite the code in the project's format
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

lock: $(VENV)/.dev ## compile the pins again from pyproject.toml (ARGS=--upgrade takes the newest versions)
	$(BIN)/python tools/lock.py $(ARGS)

tables: $(VENV)/.dev ## write the tables of models and licences into the documents again
	$(BIN)/python tools/write_tables.py

clean: ## remove the environment, caches and build outputs; data/ and weights stay
	rm -rf $(VENV) .uv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.runtime: requirements.txt pyproject.toml $(SETUP) $(MOVED)
	@bash $(SETUP) runtime

$(VENV)/.dev: requirements-dev.txt pyproject.toml $(SETUP) $(MOVED)
	@bash $(SETUP) dev
	@touch $(VENV)/.runtime
