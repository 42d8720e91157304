#!/usr/bin/env bash
# scripts/attack.sh [PYTEST-ARG...] - the hostile programs of tests/sandbox/ alone.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-deps.sh test
scripts/build.sh release
exec /usr/bin/python3 -m pytest -p no:cacheprovider tests/sandbox \
  --ignore tests/sandbox/test_soak.py --ignore tests/sandbox/test_chaos.py "$@"
