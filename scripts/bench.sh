#!/usr/bin/env bash
# scripts/bench.sh [--json] [--jobs N] - measures in one run, on this machine: a bare interpreter for each program; the
# whole service over HTTP with its durable store, eight clients; the same with one client; submissions alone. The
# server runs on a free port with its data in a temporary directory (beneath BENCH_DIR, so on the disk to be measured).
set -euo pipefail
cd "$(dirname "$0")/.."
exec 3>&1 1>&2  # the result alone goes to standard output

scripts/install-deps.sh build
scripts/build.sh release
exec /usr/bin/python3 bench/bench.py "$@" >&3
