#!/usr/bin/env bash
# scripts/build.sh [PRESET [TARGET...]] - configures and builds a preset of CMakePresets.json; release when none is
# named. Release builds the binary alone, build/code-exec. CODE_EXEC_JOBS bounds the compilers run at one time.
set -euo pipefail
cd "$(dirname "$0")/.."

preset="${1:-release}"
shift || true
targets=("$@")
[[ "$preset" == release && ${#targets[@]} -eq 0 ]] && targets=(code-exec)

# A coroutine source takes about 1 GB to compile: with less memory than cores, fewer at a time.
cores="$(nproc)"
memory_gb="$(awk '/^MemAvailable:/ {print int($2 / 1024 / 1024)}' /proc/meminfo)"
jobs="${CODE_EXEC_JOBS:-$((memory_gb < cores ? (memory_gb > 1 ? memory_gb : 1) : cores))}"

# CMake's report is of interest only when it fails.
if ! report="$(cmake --preset "$preset" 2>&1)"; then
  printf '%s\n' "$report" >&2
  exit 1
fi
cmake --build --preset "$preset" --parallel "$jobs" ${targets[@]+--target "${targets[@]}"}
