#!/bin/bash
# One private libvirtd for one (simulated) host, with all its state under one directory. Several run side by side on a machine.
#
#   libvirtd-host.sh start DIR NAME   starts it, waits until it answers, and prints its connection URI (also kept in DIR/uri)
#   libvirtd-host.sh stop DIR         stops it; its guests go on running, and the next start finds them again
#   libvirtd-host.sh guests DIR       prints the process id and name of every guest that runs
#   libvirtd-host.sh kill-guests DIR  ends every guest, also when no libvirtd runs
#   libvirtd-host.sh --packages       prints the Debian packages that it needs, for apt-get install
#
# As root it runs a system libvirtd in a mount namespace of its own, where /etc/libvirt, /run/libvirt, /var/lib/libvirt and
# the like are directories under DIR. Guests run as the owner of DIR, whose group may use the socket; a DIR that is made under
# sudo belongs to the user who called sudo.
# As another user it runs a session libvirtd, which needs no namespace: the same directories are given to it through XDG_*.
# Guests' disks belong in DIR/instances: 'guests' knows its guests by that.
# It listens on the unix socket DIR/sock/libvirt-sock and nowhere else, has no default network, and touches no firewall.
set -euo pipefail

PACKAGES='libvirt-daemon-system libvirt-daemon-driver-qemu libvirt-clients qemu-system-x86 qemu-utils genisoimage'
READY_SECONDS=60
STOP_SECONDS=15
# The longest path of a unix socket is 107 bytes; the socket's name under DIR takes the rest. A session libvirtd also has the
# sockets of its guests' monitors and agents there, with longer names: c/libvirt/qemu/channel/target/domain-ID-NAME/org.qemu.guest_agent.0.
LONGEST_DIR=85
LONGEST_SESSION_DIR=22

PATH=$PATH:/usr/sbin:/sbin
fail() { echo "libvirtd-host: $*" >&2; exit 1; }
usage() { sed -n '3,9s/^# \{0,1\}//p' "$0"; exit "$1"; }

need() { command -v "$1" >/dev/null || fail "'$1' is missing: install the Debian package $2"; }

# The recorded process, when it lives and is a libvirtd of this directory: pids are used again after a crash.
running_pid() {
  local pid
  pid=$(cat "$dir/libvirtd.pid" 2>/dev/null) || return 1
  [ -n "$pid" ] && [ -d "/proc/$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "$dir/libvirtd.conf" && echo "$pid"
}

# A guest's qemu names this directory in its command line; its pid file may be gone after a crash.
guest_pids() {
  local proc line
  for proc in /proc/[0-9]*; do
    line=$(tr '\0' ' ' 2>/dev/null <"$proc/cmdline") || continue
    case $line in *qemu-system*"-name guest="*"$dir/"*) echo "${proc#/proc/} $(sed 's/.*-name guest=\([^, ]*\).*/\1/' <<<"$line")" ;; esac
  done
}

write_configuration() {
  [ -s "$dir/host-uuid" ] || cat /proc/sys/kernel/random/uuid >"$dir/host-uuid"
  cat >"$dir/libvirtd.conf" <<END
unix_sock_dir = "$dir/sock"
unix_sock_group = "$(stat -c %G "$dir")"
unix_sock_rw_perms = "0770"
auth_unix_rw = "none"
auth_unix_ro = "none"
listen_tls = 0
listen_tcp = 0
host_uuid = "$(cat "$dir/host-uuid")"
log_outputs = "3:file:$dir/log/libvirtd.log"
END
  # stdio_handler: there is no virtlogd here. remember_owner: images are shared with other private libvirtds, which would undo
  # each other's notes of who owned them. cgroup_controllers: the machine's cgroups are not ours to arrange.
  cat >"$dir/etc/qemu.conf" <<END
stdio_handler = "file"
security_driver = "none"
remember_owner = 0
cgroup_controllers = [ ]
END
  if [ "$(id -u)" = 0 ]; then
    # Guests' files belong to the owner of the directory, who may not be root.
    printf 'user = "+%s"\ngroup = "+%s"\n' "$(stat -c %u "$dir")" "$(stat -c %g "$dir")" >>"$dir/etc/qemu.conf"
    chown "$(stat -c %u:%g "$dir")" "$dir/sock" "$dir/instances"
  fi
}

# Runs inside the new mount namespace.
enter_private_root() {
  mount --make-rprivate /
  local pair
  for pair in run:/run/libvirt lib:/var/lib/libvirt etc:/etc/libvirt cache:/var/cache/libvirt log:/var/log/libvirt; do
    mount --bind "$dir/${pair%%:*}" "${pair##*:}"
  done
  hostname "$name"
  exec libvirtd --daemon -f "$dir/libvirtd.conf" -p "$dir/libvirtd.pid"
}

# A name of DIR that is short enough for a session libvirtd: DIR itself, or a link to it that the next start finds again.
short_name() {
  if [ ${#dir} -le $LONGEST_SESSION_DIR ]; then echo "$dir"; return; fi
  local link
  link=$(cat "$dir/short-name" 2>/dev/null || true)
  if [ -z "$link" ] || [ "$(readlink "$link")" != "$dir" ]; then
    link=$(mktemp -d /tmp/cnp.XXXXXX)/d
    ln -s "$dir" "$link"
    echo "$link" >"$dir/short-name"
  fi
  echo "$link"
}

launch() {
  if [ "$(id -u)" = 0 ]; then
    mkdir -p /run/libvirt /var/lib/libvirt /etc/libvirt /var/cache/libvirt /var/log/libvirt
    unshare --mount --uts "$BASH" "$0" --inside "$dir" "$name" || fail "libvirtd did not start, see $dir/log/libvirtd.log"
  else
    local short
    short=$(short_name)
    mkdir -p "$dir/r" "$dir/c" "$dir/k"
    ln -sfn "$dir/etc" "$dir/c/libvirt"
    ln -sfn "$dir/cache" "$dir/k/libvirt"
    XDG_RUNTIME_DIR=$short/r XDG_CONFIG_HOME=$short/c XDG_CACHE_HOME=$short/k \
      libvirtd --daemon -f "$dir/libvirtd.conf" -p "$dir/libvirtd.pid" || fail "libvirtd did not start, see $dir/log/libvirtd.log"
  fi
}

# Asking qemu what it can do takes seconds. Hosts beside each other share the answers: the first to start asks, the others copy.
has_answers() { [ -n "$(find "$1/qemu" -name '*.xml' -path '*/capabilities/*' 2>/dev/null | head -n 1)" ]; }
# A system libvirtd and a session one keep them in different places below qemu/, and do not share.
copy_answers() { if has_answers "$1"; then mkdir -p "$2/qemu" && cp -a "$1/qemu/." "$2/qemu/"; fi; }
wait_until_it_answers() {
  local until=$((SECONDS + READY_SECONDS))
  until virsh -q -c "$uri" domcapabilities >/dev/null 2>"$dir/log/start.log"; do
    running_pid >/dev/null || fail "libvirtd ended at once, see $dir/log/libvirtd.log"
    [ $SECONDS -lt $until ] || fail "libvirtd does not answer within $READY_SECONDS s: $(tail -n 1 "$dir/log/start.log")"
    sleep 0.1
  done
}

start() {
  need libvirtd libvirt-daemon-system; need virsh libvirt-clients; need qemu-system-x86_64 qemu-system-x86
  need flock util-linux; need unshare util-linux
  if [ ! -e "$dir" ]; then
    mkdir -p "$dir"
    if [ "$(id -u)" = 0 ] && [ -n "${SUDO_UID:-}" ]; then chown "$SUDO_UID:$SUDO_GID" "$dir"; fi
  fi
  mkdir -p "$dir"/{run,lib,etc,cache,log,sock,instances}
  chmod 711 "$dir" "$dir/instances"
  local shared=${CANOPY_LIBVIRT_CACHE:-$(dirname "$dir")/qemu-capabilities}
  local kind=session
  [ "$(id -u)" = 0 ] && kind=system
  uri="qemu+unix:///$kind?socket=$dir/sock/libvirt-sock"
  if running_pid >/dev/null; then
    wait_until_it_answers
  else
    write_configuration
    mkdir -p "$shared"
    exec 9>"$shared/.lock"
    flock -w $READY_SECONDS 9 || fail "another start holds $shared/.lock"
    copy_answers "$shared" "$dir/cache"
    # The lock is this script's: a libvirtd that inherited it would hold it for life.
    launch 9>&-
    wait_until_it_answers 9>&-
    copy_answers "$dir/cache" "$shared"
    exec 9>&-
  fi
  echo "$uri" >"$dir/uri"
  echo "$uri"
}

stop() {
  local pid until=$((SECONDS + STOP_SECONDS))
  if pid=$(running_pid); then
    kill -TERM "$pid"
    while kill -0 "$pid" 2>/dev/null; do
      [ $SECONDS -lt $until ] || { kill -KILL "$pid" 2>/dev/null || true; break; }
      sleep 0.1
    done
  fi
  rm -f "$dir/libvirtd.pid" "$dir/sock/libvirt-sock" "$dir/sock/libvirt-sock-ro" "$dir/sock/libvirt-admin-sock"
}

kill_guests() {
  local pid name until=$((SECONDS + STOP_SECONDS))
  while read -r pid name; do kill -TERM "$pid" 2>/dev/null || true; done < <(guest_pids)
  while [ -n "$(guest_pids)" ]; do
    if [ $SECONDS -ge $until ]; then while read -r pid name; do kill -KILL "$pid" 2>/dev/null || true; done < <(guest_pids); fi
    [ $SECONDS -lt $((until + 5)) ] || fail "guests of $dir do not end: $(guest_pids | tr '\n' ' ')"
    sleep 0.1
  done
}

command=${1:-}
case $command in
  --packages) echo "$PACKAGES"; exit 0 ;;
  --help | -h) usage 0 ;;
  --inside) dir=$2 name=$3; enter_private_root ;;
esac
[ -n "${2:-}" ] || usage 2 >&2
dir=$(realpath -m "$2")
[ ${#dir} -le $LONGEST_DIR ] || fail "$dir is too long a path for a unix socket: at most $LONGEST_DIR characters"
case $command in
  start)
    name=${3:-}
    [ -n "$name" ] || usage 2 >&2
    start
    ;;
  stop) stop ;;
  guests) guest_pids ;;
  kill-guests) kill_guests ;;
  *) usage 2 >&2 ;;
esac
