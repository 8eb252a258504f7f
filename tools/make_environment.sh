#!/usr/bin/env bash
# Makes the Python environment from the lock file, which carries a hash for every package and no address.
# Usage: PYTHON=python3 tools/make_environment.sh .venv
set -euo pipefail
venv=$1
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Sviedka needs Python 3.11 or newer; '$python' is not. Set PYTHON=…" >&2
  exit 50
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "python$version-venv is missing: installing it"
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "python$version-venv" >/dev/null
  else
    echo "Python's venv module is missing. Install it, then run this again:" >&2
    echo "    sudo apt-get install python$version-venv" >&2
    exit 50
  fi
fi
[ -x "$venv/bin/python" ] || { echo "making the environment in $venv (once)"; "$python" -m venv "$venv"; }
# Not compiled here: Python does that at the first import, for what is imported.
"$venv/bin/python" -m pip install --no-compile --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
