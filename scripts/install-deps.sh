#!/usr/bin/env bash
# scripts/install-deps.sh [build|test|docker|vm|lint] - installs what a Debian 12 machine lacks to build (the default),
# or to build and test, to build and test in containers or in an emulated machine, or to build and lint. Costs nothing
# when all is there. A machine that is not Debian gets the list.
set -euo pipefail

packages=(
  bash g++ gcc make cmake ninja-build pkg-config ccache
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
  libspdlog-dev libcli11-dev libtomlplusplus-dev prometheus-cpp-dev
  libhiredis-dev libmongoc-dev libseccomp-dev libsqlite3-dev libssl-dev zlib1g-dev
  curl python3 nodejs
)
case "${1:-build}" in
  build) ;;
  test) packages+=(redis-server redis-tools iproute2 openssl procps libgtest-dev libgmock-dev clang libclang-rt-14-dev python3-pytest python3-jsonschema runc
                   crun python3-numpy libpython3.11-testsuite chromium) ;;
  docker) packages+=(python3-pytest docker.io debootstrap) ;;
  lint) packages+=(clang clang-format clang-tidy) ;;
  vm) packages+=(libgtest-dev libgmock-dev qemu-system-x86 debootstrap debian-archive-keyring e2fsprogs) ;;
  *) echo "usage: $0 [build|test|docker|vm|lint]" >&2; exit 2 ;;
esac
# Node.js from elsewhere than Debian brings npm with it, and Debian's would conflict with it.
command -v npm >/dev/null || packages+=(npm)

[[ "${CODE_EXEC_SKIP_INSTALL:-}" == 1 ]] && exit 0
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "This machine is not Debian. Install what these Debian 12 packages hold, then run it again with" >&2
  echo "CODE_EXEC_SKIP_INSTALL=1:" >&2
  printf '  %s\n' "${packages[@]}" >&2
  exit 1
fi

installed=" $(dpkg-query -W -f='${db:Status-Status}:${Package} ' "${packages[@]}" 2>/dev/null || true) "
missing=()
for package in "${packages[@]}"; do
  [[ "$installed" == *" installed:$package "* ]] || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

as_root=()
if [[ $EUID -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "These packages are missing, and installing them needs root (there is no sudo here):" >&2
    echo "  apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
# In this run level an installed package does not start its service (invoke-rc.d).
apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"
}

echo "Installing: ${missing[*]}"
# Without package lists nothing can be found; with old ones what they name may be gone, hence the second try.
if ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; then apt_get update; fi
if ! apt_get install --yes --no-install-recommends "${missing[@]}" >/dev/null; then
  apt_get update
  if ! apt_get install --yes --no-install-recommends "${missing[@]}" >/dev/null; then
    echo "apt-get could not install: ${missing[*]}" >&2
    echo "The names are those of Debian 12; on another release install what corresponds to them." >&2
    exit 1
  fi
fi
