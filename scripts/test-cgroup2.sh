#!/usr/bin/env bash
# scripts/test-cgroup2.sh [PYTEST-ARG...] - the sandbox under cgroup v2. Boots Debian's kernel in an emulated machine that
# has no other cgroups, runs there the sandbox's unit tests, tests/vm and the hostile programs of tests/sandbox, and
# powers it off; the last line is the totals. Making the machine's root file system needs root, once.
#   CODE_EXEC_VM_SUITES    which of "unit vm attacks" to run (all)
#   CODE_EXEC_VM_MINUTES   after which the machine is killed and the run has failed (90)
#   CODE_EXEC_VM_ACCEL     kvm or tcg (kvm if it works here)
#   CODE_EXEC_DEBIAN_MIRROR   where Debian 12 comes from (where debootstrap takes it)
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin:/sbin"  # mke2fs and debootstrap, which an ordinary user's has not
vm=build/vm

scripts/install-deps.sh vm
# Without sanitizers: they would double the time of an emulated machine, and `make test` has them.
mapfile -t unit_tests < <(find src/sandbox -name '*_test.cc' -printf 'sandbox/%P\n' | sed 's,/,_,g; s,\.cc$,,' | sort)
scripts/build.sh vm code-exec "${unit_tests[@]}"
binaries=("$vm/tests/code-exec" "${unit_tests[@]/#/$vm/tests/}")

# The packages of the libraries that the binaries are linked with. Where /lib is a link, dpkg knows a file by the name
# under which it was packed, with or without /usr.
libraries="$(ldd "${binaries[@]}" | awk '$3 ~ /^\// {print $3}' | sort -u)"
mapfile -t packages < <({
  printf '%s\n' python3-pytest gcc libc6-dev
  sed p <<<"$libraries" | sed '2~2s,^,/usr,' | xargs dpkg -S 2>/dev/null | cut -d: -f1 || true
} | sort -u)

# Named after what it is made of, and how: a change makes another.
base="$vm/base-$(cat tests/vm/make-base.sh - <<<"${CODE_EXEC_DEBIAN_MIRROR:-} ${packages[*]}" | sha256sum | cut -c1-12)"
if [[ ! -e "$base" ]]; then
  echo "== making the machine's root file system: Debian 12 with ${packages[*]}"
  as_root=()
  [[ $EUID -eq 0 ]] || as_root=(sudo --preserve-env=CODE_EXEC_DEBIAN_MIRROR)
  "${as_root[@]}" tests/vm/make-base.sh "$PWD/$base" "${packages[@]}"
fi

accelerator="${CODE_EXEC_VM_ACCEL:-}"
if [[ -z "$accelerator" ]]; then
  accelerator=tcg
  [[ -r /dev/kvm && -w /dev/kvm ]] && grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo && accelerator=kvm
fi
slowness=1
[[ "$accelerator" == tcg ]] && slowness=4

# The checkout: the second disk. Results come back on the third, as a tar file.
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/checkout/build"
cp -r tests runtimes scripts "$work/checkout/"
find src -name '*_test.cc' -exec cp --parents {} "$work/checkout/" \;  # which the table of attacks names
cp "${binaries[@]}" "$work/checkout/build/"
{
  printf 'suites=%q\n' "${CODE_EXEC_VM_SUITES:-unit vm attacks}"
  printf 'unit_tests=(%s)\n' "${unit_tests[*]}"
  printf 'pytest_args=('; (($#)) && printf '%q ' "$@"; printf ')\n'
  printf 'export CODE_EXEC_TEST_SLOWNESS=%s\n' "$slowness"
  # What lasts as long as one likes, lasts a few rounds here.
  printf 'export CODE_EXEC_SOAK_JOBS=%s CODE_EXEC_CHAOS_ROUNDS=%s\n' $((600 / slowness)) $((32 / slowness))
} >"$work/checkout/build/settings"
truncate --size 256M "$work/checkout.img"
mke2fs -q -t ext4 -d "$work/checkout" "$work/checkout.img"
truncate --size 64M "$work/results.img"

disk() { echo "file=$1,format=raw,if=virtio,cache=unsafe$2"; }
machine=(
  qemu-system-x86_64 -m 3G -smp 2 -cpu max -no-reboot -nodefaults -nic none -display none -serial stdio
  -device virtio-rng-pci -kernel "$base/vmlinuz" -initrd "$base/initrd"
  -append "root=/dev/vda rw init=/start console=ttyS0 loglevel=3 panic=-1 cgroup_no_v1=all"
  -drive "$(disk "$base/image" ,snapshot=on)" -drive "$(disk "$work/checkout.img" ,readonly=on)"
  -drive "$(disk "$work/results.img" "")"
)
if [[ "$accelerator" == kvm ]]; then machine+=(-accel kvm); else machine+=(-accel tcg,thread=multi); fi

echo "== $(qemu-system-x86_64 --version | sed -n 1p), $accelerator"
status=0
timeout --kill-after=10 "${CODE_EXEC_VM_MINUTES:-90}m" "${machine[@]}" </dev/null 2>&1 | tee "$vm/console.log" || status=$?
rm -rf "$vm/reports"
mkdir -p "$vm/reports"
# Reports that are not there, or not whole, are of a machine that did not come to its end.
if ((status != 0)) || ! tar -xf "$work/results.img" -C "$vm/reports" || [[ ! -e "$vm/reports/end" ]]; then
  echo "the machine did not come to its end (status $status)" >&2
  scripts/totals.py --write "$vm/reports/machine.xml" --name machine --failed
fi
scripts/totals.py "$vm"/reports/*.xml
