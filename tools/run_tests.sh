#!/usr/bin/env bash
# Runs lint, types, contracts and every test. A skipped test is a failed run (tests/conftest.py).
# Usage: tools/run_tests.sh "MARKERS"     e.g. "not long"; "" runs all
set -euo pipefail
bin=.venv/bin
started=$(date +%s)

step() { printf '\n== %s\n' "$1"; }

step "lint"
$bin/ruff check --quiet .
$bin/ruff format --check --quiet .
step "types"
$bin/mypy
step "import contracts"
PYTHONPATH=src $bin/lint-imports --no-cache | tail -n 1
step "docstrings of core and verify"
$bin/interrogate --quiet src/sviedka/core src/sviedka/verify
step "tests"
$bin/pytest ${1:+-m "$1"} -n 2 --dist loadgroup --durations=15 tests
printf '\nall of it took %s s\n' "$(($(date +%s) - started))"
