# Tasks of the project. `make demo` and `make test` are the two that a newcomer needs; both set up what they need.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BASE_READY := $(VENV)/.packages

.PHONY: spark help demo test test-long mutation fuzz check bench messages vectors verifier lint types unit clean debian
.DEFAULT_GOAL := help
# Packages are compiled when they are first imported, and must be kept so: else each command that counts compiles for ten seconds.
unexport PYTHONDONTWRITEBYTECODE

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BASE_READY): requirements.lock pyproject.toml tools/make_environment.sh
	@PYTHON=$(PYTHON) tools/make_environment.sh $(VENV)
	@touch $@

environment: $(BASE_READY)  ## the Python environment from the lock file
.PHONY: environment

debian:  ## the Debian packages that the tests use (installs them when root, else prints the command)
	@tools/debian_packages.sh tests

demo: $(BASE_READY)  ## from one folder of files to a dossier that a stranger has checked, and from three lists to published counts
	@tools/debian_packages.sh demo
	@$(BIN)/sviedka demo

check: $(BASE_READY) lint types unit  ## the fast loop: lint, types, unit tests

lint: $(BASE_READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && PYTHONPATH=src $(BIN)/lint-imports --no-cache >/dev/null && $(BIN)/interrogate -q src/sviedka/core src/sviedka/verify

types: $(BASE_READY)
	@$(BIN)/mypy

unit: $(BASE_READY)
	@$(BIN)/pytest tests/unit tests/property tests/vectors tests/architecture -m "not long" -n 2

test: $(BASE_READY) debian  ## everything but the long campaigns; 15 to 25 minutes on 2 cores
	@tools/run_tests.sh "not long"

test-long: $(BASE_READY) debian  ## the long campaigns as well
	@tools/run_tests.sh ""

bench: $(BASE_READY)  ## the measurements, as ratios within one run
	@tools/debian_packages.sh bench
	@PYTHON=$(PYTHON) tools/peers/make.sh
	@$(BIN)/sviedka bench

spark: $(BASE_READY)  ## link invented lists on Spark and on DuckDB and compare (heavy; makes an environment of its own)
	@tools/spark/make.sh $(VENV)
	@.venv-spark/bin/python tools/spark/compare.py

messages: $(BASE_READY)  ## collect the texts that a person sees and compile their translations
	@$(BIN)/python tools/messages.py

mutation: $(BASE_READY) debian  ## one small change at a time in seal, verify and keeper: some test has to fail (SAMPLE=60 SEED=1)
	@$(BIN)/python tools/mutate.py --sample $(or $(SAMPLE),60) --seed $(or $(SEED),1)

fuzz: $(BASE_READY)  ## every reader of untrusted bytes under a coverage-guided fuzzer (RUNS=100000)
	@$(BIN)/python tests/faults/fuzz_runner.py --runs $(or $(RUNS),100000)

vectors: $(BASE_READY)  ## make the test vectors of spec/ again
	@for f in tools/vectors_*.py; do echo "$$f"; $(BIN)/python $$f; done

verifier:  ## build verify.html again from its TypeScript
	@cd verifier && npm ci --silent && npm run --silent build

clean:  ## remove the environment and what the demonstration made
	@rm -rf $(VENV) .venv-peers .venv-spark build demo .mypy_cache .ruff_cache .hypothesis
