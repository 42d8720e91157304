#!/usr/bin/env bash
# scripts/load.sh [ARTILLERY-ARG...] - deploy/artillery.yaml against a server that runs: LOAD_URL, or port 3000 here.
# Needs Node.js 18 or later with npm, which fetches Artillery the first time.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v npx >/dev/null; then
  echo "This needs npx: apt-get install npm" >&2
  exit 1
fi
export ARTILLERY_DISABLE_TELEMETRY=true PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
# The last that Debian's Node.js runs.
exec npx --yes artillery@2.0.21 run --target "${LOAD_URL:-http://127.0.0.1:${PORT:-${COMMAND_PORT:-3000}}}" "$@" \
  deploy/artillery.yaml
