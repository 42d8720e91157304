#!/usr/bin/env bash
# scripts/format.sh - lays out every C++ source with clang-format.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-deps.sh lint
git ls-files -z --cached --others --exclude-standard -- '*.cc' '*.h' | xargs -0 clang-format -i
