#!/usr/bin/env bash
# scripts/test-web.sh [FILE...] - the pages in a real browser: tests/web/*.test.mjs, or those named, against
# build/code-exec. The report is build/reports/tests-web.xml, pictures are in build/reports/screenshots.
set -euo pipefail
cd "$(dirname "$0")/.."
reports="$PWD/build/reports"
modules=tests/web/node_modules
files=("$@")
[[ ${#files[@]} -gt 0 ]] || files=(tests/web/*.test.mjs)

if [[ ! tests/web/package-lock.json -ot "$modules/.installed" ]]; then
  (cd tests/web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  touch "$modules/.installed"
fi
mkdir -p "$reports"
exec node --test --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=junit --test-reporter-destination="$reports/tests-web.xml" "${files[@]}"
