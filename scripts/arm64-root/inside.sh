# Called by enter.sh as root of the new namespaces, with the root at /mnt: mounts what a system has, and runs the command.
set -euo pipefail
exec 9<&-

mount -t proc proc /mnt/proc
mount -t sysfs -o ro sysfs /mnt/sys
# The machine's own huge pages must not change: files in their place, which the boot empties.
huge_pages=sys/kernel/mm/transparent_hugepage
if [ -d "/mnt/$huge_pages" ]; then
  mkdir -p "/mnt/var/lib/stand-ins/$huge_pages/hugepages-64kB"
  # As all of /sys, whose owner has no number here: systemd-tmpfiles mistrusts a change of owners on a path.
  chown -R 65534:65534 "/mnt/var/lib/stand-ins/$huge_pages"
  mount --bind "/mnt/var/lib/stand-ins/$huge_pages" "/mnt/$huge_pages"
fi
mount -t tmpfs -o mode=0755 dev /mnt/dev
for device in null zero full random urandom tty; do
  touch "/mnt/dev/$device"
  mount --bind "/dev/$device" "/mnt/dev/$device"
done
ln -s /proc/self/fd /mnt/dev/fd

if mount -t binfmt_misc none /mnt/proc/sys/fs/binfmt_misc 2>/dev/null; then
  printf '%s' "$REGISTRATION" >/mnt/proc/sys/fs/binfmt_misc/register
elif [ ! -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] && [ "$(uname -m)" != aarch64 ]; then
  echo "enter.sh: nothing runs Arm64 programs: this kernel ($(uname -r)) has no binfmt_misc in user namespaces," \
    "and /proc/sys/fs/binfmt_misc/qemu-aarch64 is not registered" >&2
  exit 125
fi

hostname on-instance
# qemu writes core files of its own; a document may look at the hard limit.
ulimit -S -c 0
umask 0022
exec chroot /mnt /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root LANG=C.UTF-8 \
  ${QEMU_CPU:+QEMU_CPU="$QEMU_CPU"} "$@"
