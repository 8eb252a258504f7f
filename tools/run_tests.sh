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
# In memory where there is enough: tests by the thousand wait for syncs, and none of them cuts the power of this disk.
free_kb() { df --output=avail /dev/shm 2>/dev/null | tail -n 1 | grep . || echo 0; }
there_kb() { awk '/MemAvailable/ { print $2 }' /proc/meminfo; }
in_memory=()
if [ "$(free_kb)" -gt 4000000 ] && [ "$(there_kb)" -gt 8000000 ]; then
  place=$(mktemp -d /dev/shm/sviedka-XXXXXX)
  trap 'rm -rf "$place"' EXIT
  in_memory=(--basetemp "$place/t" -o tmp_path_retention_policy=failed)
fi
# By file: what is made once for a file is not made again in each process. (With pytest 9 xdist's groups have no effect.)
$bin/pytest ${1:+-m "$1"} -n 3 --dist loadfile --no-loadscope-reorder "${in_memory[@]}" --durations=25 tests
printf '\nall of it took %s s\n' "$(($(date +%s) - started))"
