#!/usr/bin/env bash
# scripts/test.sh - every test there is: unit tests under ASan and UBSan, fuzz targets for a few seconds each, and
# the suites that drive the release binary. Goes on to the end when one of them fails; the last line is the totals.
# CODE_EXEC_FUZZ_SECONDS (5) is the time of one fuzz target.
set -uo pipefail
cd "$(dirname "$0")/.."
reports=build/reports
fuzz_seconds="${CODE_EXEC_FUZZ_SECONDS:-5}"
rm -rf "$reports"
mkdir -p "$reports"

report() { scripts/totals.py --write "$reports/$1.xml" --name "$1" "--$2"; }

# A step on the way to the tests: counted when it fails.
step() {
  local name="$1"
  shift
  echo "== $name"
  "$@" && return
  report "$name" failed
  return 1
}

unit_tests() {
  step build-asan scripts/build.sh asan || return
  echo "== unit tests"
  ctest --test-dir build/asan --parallel "$(nproc)" --output-on-failure --no-tests=ignore \
    --output-junit "$PWD/$reports/unit.xml" >"$reports/unit.log" 2>&1
  local status=$?
  # What passed is of no interest; what failed is, with its output.
  if ((status != 0)); then grep -v ' Passed ' "$reports/unit.log"; else tail -n 3 "$reports/unit.log"; fi
}

fuzz_targets() {
  compgen -G 'src/*/*_fuzz.cc' >/dev/null || compgen -G 'src/*/*/*_fuzz.cc' >/dev/null || return 0
  step build-fuzz scripts/build.sh fuzz || return
  local source name found corpus
  while IFS= read -r source; do
    name="$(basename "$source" .cc)"
    # What it finds goes to a directory of its own: the saved corpus grows only on purpose.
    found="build/fuzz/corpus/$name"
    mkdir -p "$found"
    corpus=("$found")
    [[ -d "tests/fuzz/$name" ]] && corpus+=("tests/fuzz/$name")
    step "$name" "build/fuzz/$name" -max_total_time="$fuzz_seconds" -timeout=10 -rss_limit_mb=2048 \
      -verbosity=0 -artifact_prefix="$found." "${corpus[@]}" && report "$name" passed
  done < <(find src -name '*_fuzz.cc' | sort)
}

binary_suites() {
  step build-release scripts/build.sh release || return
  local suite
  for suite in tests/e2e tests/sandbox tests/parity tests/cluster; do
    [[ -d "$suite" ]] || continue
    echo "== $suite"
    # Status 5: there is not one test in it.
    /usr/bin/python3 -m pytest -q -p no:cacheprovider --junitxml "$reports/${suite//\//-}.xml" "$suite"
    local status=$?
    if ((status != 0 && status != 5)) && [[ ! -s "$reports/${suite//\//-}.xml" ]]; then
      report "${suite//\//-}" failed
    fi
  done
}

web_pages() {
  [[ -x build/code-exec ]] || return  # counted as build-release already
  echo "== tests/web"
  scripts/test-web.sh || [[ -s "$reports/tests-web.xml" ]] || report tests-web failed
}

if step install-deps scripts/install-deps.sh test; then
  # Without it, tests that need MongoDB are skipped and say so.
  scripts/install-ferretdb.sh || true
  export PATH="$PWD/build/tools:$PATH"
  unit_tests
  fuzz_targets
  binary_suites
  web_pages
fi
scripts/totals.py "$reports"/*.xml
