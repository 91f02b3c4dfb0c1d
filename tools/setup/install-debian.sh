#!/bin/sh
# Installs Debian packages for Canopy, as root. Their services are not started: Canopy runs its own, on its own ports.
#
#   install-debian.sh PACKAGE...
#
# Prints apt's machine-readable progress (pmstatus: and dlstatus: lines) among its usual lines.
set -eu

[ $# -gt 0 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2; }
[ "$(id -u)" = 0 ] || { echo "install-debian: must be run as root" >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

# Debian starts a service when its package is installed, unless this program says no.
policy=/usr/sbin/policy-rc.d
made_policy=
forbid_starts() {
  if [ -e $policy ]; then return; fi
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod 755 $policy
  made_policy=yes
}
allow_starts() { if [ -n "$made_policy" ]; then rm -f $policy; fi; }
trap allow_starts EXIT
trap 'exit 1' INT TERM

update() { apt-get -q -o DPkg::Lock::Timeout=120 update; }
# Progress goes through a descriptor of its own: apt closes it to what it runs, which must keep its standard output.
install() {
  apt-get -q -y -o DPkg::Lock::Timeout=120 -o APT::Status-Fd=3 -o Dpkg::Use-Pty=0 install --no-install-recommends "$@" 3>&1
}

forbid_starts
# What an interrupted installation has left half done.
dpkg --configure -a
if ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then update; fi
# A list of packages that has aged names files that are gone: one update mends that.
install "$@" || { update && install "$@"; }

# The same at the next boot of the machine: only those that came just now, which nobody can have asked for.
if [ -d /run/systemd/system ]; then
  for package in "$@"; do
    case $package in
      rabbitmq-server) systemctl disable --quiet rabbitmq-server.service epmd.socket 2>/dev/null || true ;;
      libvirt-daemon-system) systemctl disable --quiet libvirtd.service libvirtd.socket libvirt-guests.service 2>/dev/null || true ;;
    esac
  done
fi
