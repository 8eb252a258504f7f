#!/usr/bin/env bash
# Makes the environment in which `sviedka link --backend spark` works: ours, with pyspark beside it, and Java by Debian's package.
# The lock file was made by: uv pip compile requirements.in --generate-hashes --no-annotate --no-header --python-version 3.11
# Usage: tools/spark/make.sh .venv [.venv-spark]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
ours=$(cd "$1" && pwd)
venv=${2:-$here/../../.venv-spark}
ready=$venv/.packages

cmp -s "$here/requirements.lock" "$ready" && exit 0
"$here/../debian_packages.sh" spark
[ -x "$venv/bin/python" ] || { echo "making the environment of Spark in $venv (once)"; "$ours/bin/python" -m venv "$venv"; }
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements.lock"
# Whatever ours has is found from there as well, after what is there itself.
"$ours/bin/python" -c 'import site; print("import site; site.addsitedir(%r)" % site.getsitepackages()[0])' \
  > "$("$venv/bin/python" -c 'import site; print(site.getsitepackages()[0])')/ours.pth"
cp "$here/requirements.lock" "$ready"
