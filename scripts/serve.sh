#!/usr/bin/env bash
# scripts/serve.sh [SERVE-OPTION...] - installs what is missing, builds, starts code-exec with its data in ./data,
# proves it with one job, prints how to submit another, and stays in the foreground until Ctrl-C.
# CODE_EXEC_LISTEN (127.0.0.1:3000) or PORT say where it listens.
set -euo pipefail
cd "$(dirname "$0")/.."
readiness_bound_s=60

scripts/install-deps.sh build
echo "Building (the first time takes a few minutes)..."
scripts/build.sh release

export CODE_EXEC_LISTEN="${CODE_EXEC_LISTEN:-127.0.0.1:${PORT:-${COMMAND_PORT:-3000}}}"
export CODE_EXEC_DATA_DIR="${CODE_EXEC_DATA_DIR:-./data}"
host="${CODE_EXEC_LISTEN%:*}"
port="${CODE_EXEC_LISTEN##*:}"
case "$host" in
  0.0.0.0) host=127.0.0.1 ;;
  '[::]') host='[::1]' ;;
esac
url="http://$host:$port"

if curl -s -o /dev/null --max-time 2 "$url/"; then
  echo "Something already listens at $url. Choose another port: PORT=3001 make serve" >&2
  exit 1
fi

# In a process group of its own, so that Ctrl-C reaches it once, as the TERM sent below.
set -m
build/code-exec serve "$@" &
server=$!
set +m
trap 'kill -TERM "$server" 2>/dev/null || true' INT TERM HUP

deadline=$((SECONDS + readiness_bound_s))
until curl -fs --max-time 2 -o /dev/null "$url/readyz"; do
  if ! kill -0 "$server" 2>/dev/null; then
    wait "$server" || exit $?
    exit 1
  fi
  if ((SECONDS >= deadline)); then
    echo "code-exec was not ready within $readiness_bound_s s; what it says:" >&2
    curl -s --max-time 2 "$url/readyz" >&2 || true
    kill -TERM "$server"
    wait "$server" || true
    exit 1
  fi
  sleep 0.05
done

json='Content-Type: application/json'
body='{"code": "print(\"Hello, World!\")"}'
key="${CODE_EXEC_API_KEY:-${CODE_EXEC_ADMIN_KEY:-}}"
# From a file that is a pipe: what stands on a command line, everybody reads.
answer="$(curl -sS --max-time 30 -w '\n%{time_total}\n%{http_code}' -H "$json" -d "$body" \
  ${key:+--config <(printf 'header = "Authorization: Bearer %s"\n' "$key")} "$url/submit-code?wait=true")"
status="${answer##*$'\n'}"
answer="${answer%$'\n'*}"
with_key=''
if [[ -n "$key" || "$status" == 401 ]]; then
  with_key="-H 'Authorization: Bearer KEY' "
fi

if [[ "$status" == 200 ]]; then
  took_ms="$(awk '{printf "%.1f", $1 * 1000}' <<<"${answer##*$'\n'}")"
  cat <<TEXT

A job, submitted and answered over HTTP in $took_ms ms:

  $body
  ${answer%$'\n'*}
TEXT
elif [[ "$status" != 401 ]]; then
  echo "The first job was answered with $status: ${answer%$'\n'*}" >&2
  kill -TERM "$server"
  wait "$server" || true
  exit 1
fi

cat <<TEXT

code-exec is at $url. To submit another:

  curl -X POST $url/submit-code $with_key-H '$json' \\
       -d '$body'
  curl $with_key'$url/exec-result?jobId=ID'

or in one step, waiting for the result:

  curl -X POST '$url/submit-code?wait=true' $with_key-H '$json' \\
       -d '{"code": "print(sum(range(10)))"}'

Ctrl-C stops it.
TEXT

# A signal ends `wait` early: wait again, for the server's own end.
status=0
wait "$server" || status=$?
while kill -0 "$server" 2>/dev/null; do
  status=0
  wait "$server" || status=$?
done
exit "$status"
