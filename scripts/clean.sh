#!/usr/bin/env bash
# scripts/clean.sh - removes everything that was built. Jobs and results (data/) stay.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf build web/node_modules tests/web/node_modules
find . -name __pycache__ -type d -prune -exec rm -rf {} +
