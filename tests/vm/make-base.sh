#!/usr/bin/env bash
# tests/vm/make-base.sh DIRECTORY PACKAGE... - makes what the emulated machine boots: DIRECTORY/{image,vmlinuz,initrd}, a
# root file system of Debian 12 with its kernel and these packages. As root.
set -euo pipefail
target="$1"
shift
log="$target.log"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
root="$scratch/root"

included="$(printf '%s,' linux-image-cloud-amd64 initramfs-tools iproute2 "$@")"
if ! debootstrap --variant=minbase --include="${included%,}" bookworm "$root" \
  ${CODE_EXEC_DEBIAN_MIRROR:+"$CODE_EXEC_DEBIAN_MIRROR"} >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  exit 1
fi
rm -f "$root"/var/cache/apt/archives/*.deb "$log"

# The second disk is the checkout; all else is in there.
mkdir "$root/code-exec"
printf '#!/bin/sh\nmount -o ro /dev/vdb /code-exec && exec /code-exec/tests/vm/init\n' >"$root/start"
chmod 755 "$root/start"

mkdir "$scratch/made"
cp "$root"/boot/vmlinuz-* "$scratch/made/vmlinuz"
cp "$root"/boot/initrd.img-* "$scratch/made/initrd"
truncate --size 3G "$scratch/made/image"
mke2fs -q -t ext4 -d "$root" "$scratch/made/image"
chmod 755 "$scratch/made"
chown -R "${SUDO_UID:-0}:${SUDO_GID:-0}" "$scratch/made"  # whoever builds may remove it
mv "$scratch/made" "$target"
