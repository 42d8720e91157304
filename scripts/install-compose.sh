#!/usr/bin/env bash
# scripts/install-compose.sh - builds Docker Compose 2, which Debian 12 does not have, at build/tools/docker-compose.
# Nothing where `docker compose` works. Needs Go; takes some minutes the first time.
set -euo pipefail
cd "$(dirname "$0")/.."
version=v2.40.3

docker compose version >/dev/null 2>&1 && exit 0
target="$PWD/build/tools/docker-compose"
[[ -x "$target" && "$target" -nt scripts/install-compose.sh ]] && exit 0
export PATH="$PATH:/usr/local/go/bin:/usr/lib/go/bin"
if ! command -v go >/dev/null; then
  echo "Docker Compose 2 is missing: install it, or Go 1.24 to build it with." >&2
  exit 1
fi
# In its own folder, as its authors build it: `go install` refuses a module that excludes versions of others.
source="$(go mod download -json "github.com/docker/compose/v2@$version" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')"
go build -C "$source" -trimpath -buildvcs=false -o "$target" ./cmd
touch "$target"
