#!/usr/bin/env bash
# scripts/container-image.sh - a root file system for containers: Debian, the libraries of build/code-exec, python3 and
# gcc; into build/container/root.tar, unless one with the same packages is there. Needs root.
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/container
mkdir -p "$out"

# What the binary is linked with, as packages. dpkg knows a library by its path before or after /usr was merged.
libraries="$(ldd build/code-exec | awk '$2 == "=>" {print $3}' | xargs readlink -f)"
packages="$(for file in $libraries; do dpkg -S "$file" 2>/dev/null || dpkg -S "${file#/usr}"; done |
  cut -d: -f1 | sort -u | paste -sd,),python3,gcc,libc6-dev"
[[ -s "$out/root.tar" && "$(cat "$out/packages" 2>/dev/null)" == "$packages" ]] && exit 0

# shellcheck disable=SC1091
suite="$(. /etc/os-release && echo "$VERSION_CODENAME")"
echo "Making a root file system of $suite (once)"
rm -rf "$out/root" "$out/packages"
debootstrap --variant=minbase --include="$packages" "$suite" "$out/root" >"$out/debootstrap.log" ||
  { tail -n 20 "$out/debootstrap.log" >&2; exit 1; }
tar -C "$out/root" --exclude=./var/cache/apt/archives --exclude=./var/lib/apt/lists -cf "$out/root.tar" .
rm -rf "$out/root"
echo "$packages" >"$out/packages"
