#!/usr/bin/env bash
# Makes the environment of the peers: programs that do the same as parts of ours and clash with what we use (pandas 2, duckdb 1).
# They are measured against, and FEBRL's public data sets come with one of them; nothing of ours imports them.
# The lock file was made by: uv pip compile requirements.in --generate-hashes --no-annotate --no-header --python-version 3.11
# Usage: PYTHON=python3 tools/peers/make.sh [.venv-peers]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
venv=${1:-$here/../../.venv-peers}
ready=$venv/.packages

cmp -s "$here/requirements.lock" "$ready" && exit 0
"$here/../debian_packages.sh" peers
[ -x "$venv/bin/python" ] || { echo "making the environment of the peers in $venv (once)"; "${PYTHON:-python3}" -m venv "$venv"; }
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements.lock"
cp "$here/requirements.lock" "$ready"
