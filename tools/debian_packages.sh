#!/usr/bin/env bash
# The one list of Debian packages: installs what is missing when root, else says which command to run.
# Usage: tools/debian_packages.sh demo|tests|bench|peers|spark
set -euo pipefail

demo="openssl age"
tests="$demo chromium e2fsprogs fonts-dejavu-core gdb nodejs npm poppler-utils postgresql strace unzip xfsprogs"
bench="$demo restic"
peers="g++ libicu-dev pkg-config python3-dev" # PyICU comes as source only
spark="openjdk-17-jre-headless"
packages=$demo
case ${1:-} in
  demo) packages=$demo ;;
  tests) packages=$tests ;;
  bench) packages=$bench ;;
  peers) packages=$peers ;;
  spark) packages=$spark ;;
  *) echo "usage: $0 demo|tests|bench|peers|spark" >&2; exit 2 ;;
esac

# A program that is there by other means than Debian's package counts as present.
program_of() {
  case $1 in
    nodejs) echo node ;;
    openjdk-17-jre-headless) echo java ;;
    e2fsprogs) echo mkfs.ext4 ;;
    xfsprogs) echo mkfs.xfs ;;
    poppler-utils) echo pdftoppm ;;
    fonts-dejavu-core | libicu-dev | postgresql | python3-dev) echo "" ;; # no program of its own on the path
    *) echo "$1" ;;
  esac
}

missing=""
for package in $packages; do
  program=$(program_of "$package")
  if [ -n "$program" ]; then
    command -v "$program" >/dev/null 2>&1 || missing="$missing $package"
  else
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
  fi
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing Debian packages:$missing"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "These Debian packages are missing:$missing" >&2
echo "    sudo apt-get install$missing" >&2
# The demonstration goes on without them and says NOT RUN where they would have been used; tests and measurements do not.
[ "$1" = demo ] || exit 50
