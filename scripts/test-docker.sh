#!/usr/bin/env bash
# scripts/test-docker.sh [PYTEST-ARG...] - code-exec in containers of a real dockerd, which is started for it. Needs root
# and some minutes; a machine's own dockerd is not used.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-deps.sh docker
scripts/build.sh release
scripts/container-image.sh
scripts/install-compose.sh
scripts/install-ferretdb.sh
exec /usr/bin/python3 -m pytest -p no:cacheprovider tests/container "$@"
