#!/usr/bin/env bash
# scripts/install-ferretdb.sh - builds FerretDB, the server of MongoDB's protocol that tests and benchmarks use, at
# build/tools/ferretdb. Nothing where a mongod is on the path. Needs Go 1.22; what it downloads and compiles is kept in
# Go's caches. Takes some minutes the first time.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v mongod >/dev/null && exit 0
target="$PWD/build/tools/ferretdb"
[[ -x "$target" && "$target" -nt tests/mongodb/main.go && "$target" -nt tests/mongodb/go.sum ]] && exit 0
export PATH="$PATH:/usr/local/go/bin:/usr/lib/go/bin"
if ! command -v go >/dev/null; then
  echo "Tests with MongoDB need a mongod on the path, or Go 1.22 to build FerretDB with." >&2
  exit 1
fi
mkdir -p build/tools
cd tests/mongodb && go build -trimpath -o "$target" .
