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
tools="$PWD/build/tools"
mkdir -p "$tools"
cd tests/mongodb
go mod download
# FerretDB 1.24 makes its index on ->"_id" and asks by ->'$._id', which SQLite does not take for the same: every search
# by _id would read the whole collection. One constant of a copy makes it one.
rm -rf "$tools/ferretdb-source"
cp -r "$(go list -m -f '{{.Dir}}' github.com/FerretDB/FerretDB)" "$tools/ferretdb-source"
chmod -R u+w "$tools/ferretdb-source"
sed -i 's/"->'"'"'\$\._id'"'"'"/`->"_id"`/' "$tools/ferretdb-source/internal/backends/sqlite/metadata/metadata.go"
grep -q '`->"_id"`' "$tools/ferretdb-source/internal/backends/sqlite/metadata/metadata.go"
cp go.mod go.sum "$tools"
go mod edit -replace "github.com/FerretDB/FerretDB=$tools/ferretdb-source" "$tools/go.mod"
go build -trimpath -modfile "$tools/go.mod" -o "$target" .
