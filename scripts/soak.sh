#!/usr/bin/env bash
# scripts/soak.sh [PYTEST-ARG...] - 20,000 jobs of every kind, then 400 faults under load. About a quarter of an hour.
# CODE_EXEC_SOAK_JOBS and CODE_EXEC_CHAOS_ROUNDS set other numbers.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-deps.sh test
scripts/build.sh release
export CODE_EXEC_SOAK_JOBS="${CODE_EXEC_SOAK_JOBS:-20000}" CODE_EXEC_CHAOS_ROUNDS="${CODE_EXEC_CHAOS_ROUNDS:-400}"
exec /usr/bin/python3 -m pytest -s -p no:cacheprovider tests/sandbox/test_soak.py tests/sandbox/test_chaos.py "$@"
