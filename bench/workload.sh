# shellcheck shell=bash
# Processes that hold files on a btrfs of their own, for the benchmarks of the frozen time, which source this after
# common.sh. Gives: group, a control group for them, and start_workload, stop_workload, gap, start_postgres, stop_postgres.

group=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)/bench-window-$$
holder=
server=
clients=

remove_workload() {
  stop_postgres
  stop_workload
  rmdir "$group" 2>/dev/null || true
  ! mountpoint -q "$work/data" || umount "$work/data" || umount --lazy "$work/data"
}

stop_workload() {
  [ -z "$holder" ] || kill "$holder" 2>/dev/null || true
  [ -z "$holder" ] || wait "$holder" 2>/dev/null || true
  holder=
  # its children end a moment later, and hold the filesystem until then
  [ ! -e "$group/cgroup.kill" ] || echo 1 >"$group/cgroup.kill"
  while grep -qs . "$group/cgroup.procs"; do sleep 0.05; done
}

start_workload() { # PROCESSES NAMED ORPHANS ORDINARY MEGABYTES
  mkfs.btrfs -qf "$work/image" >/dev/null
  mount -o loop "$work/image" "$work/data"
  # shellcheck disable=SC2016 # the inner shell expands them
  coproc WORKLOAD { exec setsid sh -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' "$group" "$work/workload" "$work/data" "$@"; }
  holder=$WORKLOAD_PID
  local ready
  read -r ready <&"${WORKLOAD[0]}"
  [ "$ready" = ready ]
}

has_postgres() {
  local -a programs=(/usr/lib/postgresql/*/bin)
  [ -x "${programs[-1]}/postgres" ] && id postgres >/dev/null 2>&1
}

as_postgres() { # PROGRAM ARGUMENT...
  local -a programs=(/usr/lib/postgresql/*/bin)
  runuser -u postgres -- "${programs[-1]}/$1" "${@:2}" >>"$work/postgres.log" 2>&1 || {
    local status=$?
    [ -z "$server" ] || tail -n 5 "$work/postgres.log" >&2
    return "$status"
  }
}

# A server in the same group, and clients outside it.
start_postgres() { # SCALE
  server=$work/data/postgres
  chmod 755 "$work"
  install -d -m 700 -o postgres "$server"
  as_postgres initdb -D "$server"
  (
    echo "$BASHPID" >"$group/cgroup.procs"
    as_postgres pg_ctl -w -D "$server" -o "-c listen_addresses= -c unix_socket_directories=$server" start
  )
  as_postgres pgbench -h "$server" -i -s "$1" postgres
  as_postgres pgbench -h "$server" -c 4 -T 1000000 postgres 2>/dev/null & # it ends when the server does
  clients=$!
}

stop_postgres() {
  [ -n "$server" ] || return 0
  as_postgres pg_ctl -D "$server" -m immediate stop || true
  [ -z "$clients" ] || wait "$clients" 2>/dev/null || true
  clients=
  server=
}

# The longest gap of the ticking process since this was last asked for.
gap() {
  echo >&"${WORKLOAD[1]}"
  local micros
  read -r micros <&"${WORKLOAD[0]}"
  echo "$micros"
}

truncate -s 4G "$work/image"
mkdir "$work/data"
mkdir "$group"
gcc -O2 -Wall -D_GNU_SOURCE -o "$work/workload" "$root/bench/src/workload.c"
