# `make demo` and `make test` set up all they need; a second run installs nothing again.
# VENV=/some/where picks another virtual environment, PYTHON=python3.12 another interpreter.

VENV ?= .venv
PYTHON ?= python3
GYMNASIUM_OLDEST := 1.2.2
HOUSE := $(wildcard tests/test_house_*.py) tests/test_seeds.py
BENCHMARKS := $(filter-out benchmarks/report.py, $(wildcard benchmarks/*.py))

BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
COMPILED := $(VENV)/.compiled
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Two test workers share the cores: one thread each is faster than many that wait for each other.
export OMP_NUM_THREADS ?= 1
export MKL_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help install demo test test-long test-gymnasium-1.2 lint format docs bench clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z0-9.-]+:.*## / { printf "make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(COMPILED) ## set up: virtual environment, pinned packages, compiled kernels

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'PlanZoo needs Python 3.11 or newer: make PYTHON=/path/to/python3.11'; exit 2; }
	@echo "Installing PlanZoo into $(VENV) (once; some minutes)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -c constraints.txt hatchling editables
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[train,report,render,optimize,dev]'
	@touch $@

$(COMPILED): $(INSTALLED)
	@echo "Compiling the kernels (once)"
	@$(BIN)/planzoo compile
	@touch $@

demo: $(COMPILED) ## compare planners and learned agents; the table, and a page in results/demo
	@$(BIN)/planzoo compare demo --output results/demo

test: lint ## lint, then every quick test; the house rules first, they answer within seconds
	@$(BIN)/python -m pytest -q $(HOUSE)
	@$(BIN)/python -m pytest -q -n 2 $(addprefix --ignore=, $(HOUSE))

test-long: lint ## lint, then every test, the long ones too
	@$(BIN)/python -m pytest -q -n 2 -m 'long or not long' --hypothesis-profile=long

test-gymnasium-1.2: $(COMPILED) ## the contract tests with the oldest Gymnasium that is supported
	@test -d $(VENV)/gymnasium-$(GYMNASIUM_OLDEST) || $(PIP) install --no-deps \
		--target $(VENV)/gymnasium-$(GYMNASIUM_OLDEST) gymnasium==$(GYMNASIUM_OLDEST)
	@PYTHONPATH=$(abspath $(VENV)/gymnasium-$(GYMNASIUM_OLDEST)) EXPECTED_GYMNASIUM=$(GYMNASIUM_OLDEST) \
		$(BIN)/python -m pytest -q -n 2 tests/contracts tests/envs/simulation tests/envs/wrappers

lint: $(COMPILED) ## ruff and mypy
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary

format: $(COMPILED) ## let ruff sort imports and lay out the code
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

$(INSTALLED)-docs: $(INSTALLED)
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[docs]'
	@touch $@

docs: $(INSTALLED)-docs ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --config-file docs/mkdocs.yml --site-dir ../site

bench: $(COMPILED) ## speed against named peers, in the same run
	@for script in $(BENCHMARKS); do echo "== $$script"; $(BIN)/python $$script || exit 1; done

clean: ## remove the environment, caches and results
	@rm -rf $(VENV) build dist site results runs .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find planzoo tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +
