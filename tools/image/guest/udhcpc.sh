#!/bin/sh
# Applies a DHCP lease; busybox's udhcpc calls it.
case "$1" in
  deconfig) ip addr flush dev "$interface" ;;
  bound | renew)
    ip addr add "$ip/${mask:-24}" dev "$interface" 2>/dev/null
    if [ -n "$staticroutes" ]; then
      set -- $staticroutes
      while [ -n "$2" ]; do
        if [ "$2" = 0.0.0.0 ]; then ip route add "$1" dev "$interface"; else ip route add "$1" via "$2" dev "$interface"; fi
        shift 2
      done
    else
      for gateway in $router; do ip route add default via "$gateway" dev "$interface"; done
    fi 2>/dev/null
    for server in $dns; do echo "nameserver $server"; done >/etc/resolv.conf
    ;;
esac
