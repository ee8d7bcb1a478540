# Runs a command in an Arm64 root, as a root user who is nobody outside it.
#
# Usage, as root: bash enter.sh ROOT SECONDS COMMAND [ARGUMENT...]
#
# The command gets namespaces of its own: users (its root is FIRST_ID here, so that it can change no setting of this
# machine), mounts, processes (all of them end with the command), network (none but loopback), IPC and host name.
# The kernel runs Arm64 programs through a binfmt_misc of the user namespace (Linux 6.7), so that nothing is registered
# on the machine; an older kernel needs the machine's own registration, which qemu-user-static brings.
set -euo pipefail

readonly FIRST_ID=100000 ID_COUNT=65536
directory=$(dirname "${BASH_SOURCE[0]}")
root=$1
seconds=$2
shift 2

if [ -z "${ENTERED:-}" ]; then
  export ENTERED=yes
  exec timeout --signal=KILL "$seconds" unshare --mount --propagation private \
    bash "${BASH_SOURCE[0]}" "$root" "$seconds" "$@"
fi

# At a path that the other user may walk: this one may lie in a home directory.
mount --bind "$root" /mnt
# Nor can that user read these files.
inside=$(<"$directory/inside.sh")
registration=$(<"$directory/binfmt-registration")

# unshare cannot map users by itself and become one of them, so another process makes the namespace.
unshare --user sleep infinity &
holder=$!
own=$(readlink /proc/self/ns/user)
while [ "$(readlink "/proc/$holder/ns/user")" = "$own" ]; do
  sleep 0.005
done
echo "0 $FIRST_ID $ID_COUNT" >"/proc/$holder/uid_map"
echo "0 $FIRST_ID $ID_COUNT" >"/proc/$holder/gid_map"
exec 9<"/proc/$holder/ns/user"
kill "$holder"

export REGISTRATION=$registration
exec nsenter --user=/proc/self/fd/9 --setuid 0 --setgid 0 \
  unshare --mount --pid --net --ipc --uts --fork --kill-child \
  bash --norc -c "$inside" inside.sh "$@"
