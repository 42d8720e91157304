#!/usr/bin/env bash
# scripts/container-image.sh - root file systems for containers, in build/container: root.tar, Debian with the libraries
# of build/code-exec, python3 and gcc; base.tar, Debian and nothing else. Neither is made again while its packages are
# the same. Needs root.
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/container
mkdir -p "$out"

make_root() {  # NAME SUITE PACKAGES
  local root="$out/$1"
  [[ -s "$root.tar" && "$(cat "$root.packages" 2>/dev/null)" == "$2 $3" ]] && return
  echo "Making a root file system of $2: $1 (once)"
  rm -rf "$root" "$root.packages"
  debootstrap --variant=minbase ${3:+--include="$3"} "$2" "$root" >"$out/debootstrap.log" ||
    { tail -n 20 "$out/debootstrap.log" >&2; exit 1; }
  tar -C "$root" --exclude=./var/cache/apt/archives --exclude=./var/lib/apt/lists -cf "$root.tar" .
  rm -rf "$root"
  echo "$2 $3" >"$root.packages"
}

# What the binary is linked with, as packages. dpkg knows a library by its path before or after /usr was merged.
libraries="$(ldd build/code-exec | awk '$2 == "=>" {print $3}' | xargs readlink -f)"
packages="$(for file in $libraries; do dpkg -S "$file" 2>/dev/null || dpkg -S "${file#/usr}"; done |
  cut -d: -f1 | sort -u | paste -sd,),python3,gcc,libc6-dev"
# shellcheck disable=SC1091
make_root root "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$packages"
make_root base bookworm ""  # what deploy/Dockerfile is for
