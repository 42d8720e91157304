#!/usr/bin/env bash
# scripts/compose.sh [COMPOSE-ARG...] - docker compose with deploy/compose.yaml, and with limits on whole runs where
# Docker can give a container a control group to write to. Without arguments: up --build.
set -euo pipefail
cd "$(dirname "$0")/.."

if docker compose version >/dev/null 2>&1; then
  compose=(docker compose)
elif [[ "$(docker-compose version --short 2>/dev/null)" == [v2-9]* ]]; then
  compose=(docker-compose)
else
  echo "This needs Docker with Compose 2; Compose 1 does not know security_opt systempaths=unconfined." >&2
  exit 1
fi

files=(-f deploy/compose.yaml)
read -r cgroups docker < <(docker info --format '{{.CgroupVersion}} {{.ServerVersion}}')
[[ "$cgroups" == 2 && "${docker%%.*}" -ge 28 ]] && files+=(-f deploy/compose.cgroups.yaml)
[[ $# -gt 0 ]] || set -- up --build
exec "${compose[@]}" "${files[@]}" "$@"
