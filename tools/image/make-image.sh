#!/bin/sh
# Builds a tiny bootable qcow2 image from Debian's kernel and busybox: about 15 MB, ready in a few seconds of CPU.
#
#   make-image.sh IMAGE.qcow2      builds it; does nothing when it is already there and newer than this recipe
#   make-image.sh --packages       prints the Debian packages that it needs, for apt-get install
#
# Needs no root, no mounts and no loop devices. The kernel and busybox are downloaded with apt-get, not installed.
# The guest tells on its serial console its host name, whether it found its config drive, the output of user data that
# begins with '#!', and a last line with the word 'ready'. Its agent sets root's password when libvirt asks.
set -eu

PACKAGES='cpio gzip e2fsprogs fdisk mtools syslinux syslinux-common qemu-utils binutils'
# Command and the package that brings it.
TOOLS='cpio:cpio gzip:gzip mke2fs:e2fsprogs sfdisk:fdisk mformat:mtools mcopy:mtools syslinux:syslinux qemu-img:qemu-utils
apt-get:apt apt-cache:apt dpkg:dpkg'
# In this order: each needs those before it.
MODULES='virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk failover net_failover virtio_net
virtio_balloon virtio_console virtio-rng button evdev scsi_common scsi_mod libata ata_piix cdrom sr_mod isofs'
MBR=/usr/lib/syslinux/mbr/mbr.bin
# Where the partitions lie, in MiB: boot (FAT: syslinux, kernel, initramfs) and root (ext4).
BOOT_AT=1 BOOT_SIZE=22 ROOT_AT=23 ROOT_SIZE=16

PATH=$PATH:/usr/sbin:/sbin
export PATH

say() { echo "make-image: $*"; }
fail() { echo "make-image: $*" >&2; exit 1; }

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0"; exit "$1"; }
case "${1:-}" in
  --packages) echo "$PACKAGES"; exit 0 ;;
  --help | -h) usage 0 ;;
  '' | -*) usage 2 >&2 ;;
esac

here=$(cd "$(dirname "$0")" && pwd)
image=$1
mkdir -p "$(dirname "$image")" || fail "cannot make the directory of $image"
image=$(cd "$(dirname "$image")" && pwd)/$(basename "$image")
if [ -s "$image" ] && [ -z "$(find "$here" -newer "$image" -type f)" ]; then
  say "$image is there already"
  exit 0
fi

[ "$(uname -m)" = x86_64 ] || fail "builds for x86_64 only, this machine is $(uname -m)"
for tool in $TOOLS; do
  command -v "${tool%%:*}" >/dev/null || fail "'${tool%%:*}' is missing: install the Debian package ${tool##*:}"
done
[ -r $MBR ] || fail "$MBR is missing: install the Debian package syslinux-common"

work=$(mktemp -d "${TMPDIR:-/tmp}/make-image.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"

kernel_package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | awk '/Depends:/ { print $2; exit }')
[ -n "$kernel_package" ] || fail "apt knows no package linux-image-cloud-amd64: run apt-get update first (Debian only)"
say "downloading $kernel_package and busybox-static"
mkdir debs root
# apt warns that its sandbox user cannot write here; that is harmless, and its errors are shown when it fails.
(cd debs && apt-get -qq download "$kernel_package" busybox-static 2>../apt.log) || fail "download failed: $(tail -n 3 apt.log)"
for deb in debs/*.deb; do dpkg -x "$deb" root; done
release=$(ls root/lib/modules)

say "building the guest's files"
guest=$work/guest
mkdir -p guest/bin guest/sbin guest/etc/acpi/PWRF guest/lib/modules guest/proc guest/sys guest/dev guest/run guest/tmp guest/var \
  guest/disk guest/mnt/config guest/root
cp "$(find root -path '*bin/busybox' | head -n 1)" guest/bin/busybox
for applet in $(guest/bin/busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "guest/bin/$applet"
done
for module in $MODULES; do
  found=$(find "root/lib/modules/$release" -name "$module.ko")
  [ -n "$found" ] || continue
  # Debug sections are most of a module's size.
  objcopy --strip-debug "$found" "guest/lib/modules/$module.ko" 2>/dev/null || cp "$found" guest/lib/modules/
  echo "$module" >>guest/etc/modules
done
echo '127.0.0.1 localhost' >guest/etc/hosts
echo 'root:x:0:0:root:/root:/bin/sh' >guest/etc/passwd
printf '#!/bin/sh\necho "canopy: power button" >/dev/console\nsync\npoweroff -f\n' >guest/etc/acpi/PWRF/00000080
cp "$here/guest/init" guest/init
cp "$here/guest/instance" "$here/guest/agent" "$here/guest/udhcpc.sh" guest/etc/
chmod 755 guest/init guest/etc/instance guest/etc/agent guest/etc/udhcpc.sh guest/etc/acpi/PWRF/00000080
(cd guest && find . | cpio --quiet -o -H newc -R 0:0) | gzip -9n >initrd.gz
cp "root/boot/vmlinuz-$release" vmlinuz
touch guest/.on-disk
mke2fs -q -t ext4 -O ^has_journal -L canopy-root -E root_owner=0:0 -d guest root.ext4 ${ROOT_SIZE}M >mke2fs.log 2>&1 ||
  fail "mke2fs failed: $(tail -n 3 mke2fs.log)"

say "building the disk"
sectors() { echo $(($1 * 2048)); }
truncate -s $((ROOT_AT + ROOT_SIZE + 1))M disk.raw
printf 'label: dos\nstart=%s, size=%s, type=e, bootable\nstart=%s, size=%s, type=83\n' "$(sectors $BOOT_AT)" "$(sectors $BOOT_SIZE)" \
  "$(sectors $ROOT_AT)" "$(sectors $ROOT_SIZE)" | sfdisk -q disk.raw
dd if=$MBR of=disk.raw conv=notrunc status=none
MTOOLS_SKIP_CHECK=1
export MTOOLS_SKIP_CHECK
mformat -i disk.raw@@${BOOT_AT}M -T "$(sectors $BOOT_SIZE)" -h 64 -s 32 -H "$(sectors $BOOT_AT)" -v BOOT ::
# no_timer_check: on a busy machine the timer that QEMU emulates comes too late for the kernel's test of it, and the guest panics.
printf 'SERIAL 0 115200\nDEFAULT guest\nTIMEOUT 1\nLABEL guest\n KERNEL vmlinuz\n INITRD initrd.gz\n APPEND console=tty0 console=ttyS0 quiet no_timer_check\n' \
  >syslinux.cfg
for file in vmlinuz initrd.gz syslinux.cfg; do mcopy -i disk.raw@@${BOOT_AT}M "$file" "::$file"; done
syslinux -t $((BOOT_AT * 1048576)) --install disk.raw
dd if=root.ext4 of=disk.raw bs=1M seek=$ROOT_AT conv=notrunc,sparse status=none

# Renamed when it is whole, so that an interrupted build leaves no image that looks finished.
qemu-img convert -c -O qcow2 disk.raw "$image.part.$$" || { rm -f "$image.part.$$"; fail "qemu-img failed"; }
mv "$image.part.$$" "$image"
say "built $image ($(($(stat -c %s "$image") / 1048576)) MB, kernel $release)"
