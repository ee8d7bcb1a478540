# Boots a systemd that sees the files of an instance laid over those of this machine.
#
# Usage, as root: bash boot.sh CONTROL_GROUP FILES NODE OWNER
#
# It gets namespaces of its own (mounts, processes, IPC, host name, control groups), and shares the network. It writes to
# memory only, and runs no unit of this machine's. CONTROL_GROUP is a new directory of the unified hierarchy; whoever
# writes 1 to its cgroup.kill ends everything at once, which happens by itself when the process OWNER has ended.
# Exit status 77: this machine does not let it.
set -eEuo pipefail
trap 'echo "this machine refuses: $BASH_COMMAND" >&2; exit 77' ERR

if [ -z "${ENTERED:-}" ]; then
  test -x /lib/systemd/systemd
  unshare --mount --propagation private --cgroup --uts --ipc --pid --fork --mount-proc true
  mkdir "$1"
  test -e "$1/cgroup.kill"
  # In a session of its own: what is typed to end a test does not end it. It looks once a second.
  setsid bash -c 'tail --pid="$2" -f /dev/null
    [ -d "$1" ] || exit
    echo 1 >"$1/cgroup.kill"
    for i in $(seq 100); do find "$1" -depth -type d -exec rmdir {} + && exit; sleep 0.1; done' \
    watch "$1" "$4" </dev/null >/dev/null 2>&1 &
  echo $$ >"$1/cgroup.procs"
  export ENTERED=yes
  exec unshare --mount --propagation private --cgroup --uts --ipc --pid --fork --mount-proc bash "${BASH_SOURCE[0]}" "$@"
fi

readonly FILES=$2 NODE=$3

mount -t tmpfs instance /mnt
exec 8<"$NODE"
for directory in etc opt usr/bin usr/lib/systemd var; do
  mkdir -p "/mnt/$directory/upper" "/mnt/$directory/work"
  mount -t overlay overlay -o "lowerdir=/$directory,upperdir=/mnt/$directory/upper,workdir=/mnt/$directory/work" "/$directory"
done

# Of this machine's units only the places that others name.
mkdir /mnt/targets
cp /usr/lib/systemd/system/{sysinit,basic,shutdown,multi-user,network,network-online}.target /mnt/targets
mount -t tmpfs units /usr/lib/systemd/system
mount -t tmpfs generators /usr/lib/systemd/system-generators
cp /mnt/targets/* /usr/lib/systemd/system
rm -rf /etc/systemd/system /etc/systemd/system-generators
mkdir /etc/systemd/system /etc/systemd/system-generators

mount -t cgroup2 cgroup2 /sys/fs/cgroup
# systemd raises limits of the machine otherwise.
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys

# What fails from here on is a fault of the instance's files.
trap - ERR
tar -C "$FILES" -cf - . | tar -C / --no-overwrite-dir --no-same-owner -xf -
cp /proc/self/fd/8 /usr/bin/node-22
chmod 0755 /usr/bin/node-22
exec 8<&-

mount -t tmpfs run /run
mount -t tmpfs temporary /tmp

bash /opt/graviton/enable-units.sh
exec env -i container=other PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin LANG=C.UTF-8 \
  /lib/systemd/systemd --system --log-target=null --show-status=no --unit=multi-user.target
