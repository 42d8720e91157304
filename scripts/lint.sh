#!/usr/bin/env bash
# scripts/lint.sh [FILE.cc...] - checks layout (clang-format), scripts (bash -n, Python's compiler) and C++
# (clang-tidy: the files named, or all of them).
set -uo pipefail
cd "$(dirname "$0")/.."
scripts/install-deps.sh lint || exit 1
failed=0

mapfile -t sources < <(git ls-files --cached --others --exclude-standard -- '*.cc' '*.h')
clang-format --dry-run --Werror "${sources[@]}" || failed=1

for script in scripts/*.sh .ci/run; do bash -n "$script" || failed=1; done
mapfile -t python < <(git ls-files --cached --others --exclude-standard -- '*.py')
for file in "${python[@]}"; do
  python3 -c 'import sys; compile(open(sys.argv[1]).read(), sys.argv[1], "exec")' "$file" || failed=1
done

# clang-tidy reads the commands of the release build, without what only GCC knows and without its precompiled header.
# clang 14 has C++20's coroutines and does not say so, which libstdc++ asks for.
if ! report="$(cmake --preset release 2>&1)"; then
  printf '%s\n' "$report" >&2
  exit 1
fi
mkdir -p build/lint
sed -e 's/ -fpch-preprocess//g; s/ -Wno-mismatched-new-delete//g; s/ -Werror//g' \
  -e 's/ -Winvalid-pch//g; s/ -include [^ ]*cmake_pch.hxx//g' \
  build/compile_commands.json >build/lint/compile_commands.json

files=("$@")
[[ ${#files[@]} -gt 0 ]] || mapfile -t files < <(git ls-files -- 'src/*.cc' ':!:src/*_test.cc' ':!:src/*test_main.cc')
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" \
  clang-tidy -p build/lint --quiet --extra-arg=-D__cpp_impl_coroutine=201902L || failed=1
exit "$failed"
