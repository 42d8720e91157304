#!/usr/bin/env bash
# scripts/bench.sh [--json] [--seconds S] [--no-cold] - measures in one run, on this machine, five programs under a bare
# interpreter and over HTTP with the durable store, warm and cold; then the sandbox without HTTP, submissions alone, the
# memory of the idle service. About two minutes.
# scripts/bench.sh --soak [N] [--json] - N jobs (100,000) in one go: how fast the first and the last of them are, and
# what the service holds before and after.
# scripts/bench.sh --listeners - what 2,000 clients cost who follow a job that prints nothing.
# scripts/bench.sh --cluster - the same service as one process and as command and worker services on Redis and MongoDB.
# The server runs on a free port with its data in a temporary directory (beneath BENCH_DIR: on the disk to be measured).
set -euo pipefail
cd "$(dirname "$0")/.."
exec 3>&1 1>&2  # the result alone goes to standard output

if [[ " $* " == *" --cluster "* ]]; then
  scripts/install-deps.sh test
  scripts/install-ferretdb.sh
else
  scripts/install-deps.sh build
fi
scripts/build.sh release
exec /usr/bin/python3 bench/bench.py "$@" >&3
