#!/usr/bin/env bash
# Several Docker hosts on one Linux machine, joined into one swarm, to try things that need more than
# one host.
#
#   swarm-hosts.sh up [N]      starts N hosts (3 unless told), each a network namespace with an engine of
#                              its own; host 1 manages the swarm. Prints a DOCKER_HOST a line.
#   swarm-hosts.sh load FILE   puts an image onto every host (`npm run image -- --out FILE` makes one)
#   swarm-hosts.sh cut I       cuts host I off from the others
#   swarm-hosts.sh heal I      joins host I to them again
#   swarm-hosts.sh down        ends what `up` started, and removes it
#
# Needs root, and Debian's docker.io and iproute2. The hosts have the addresses 10.77.0.1 and so on, on a
# bridge of this machine; nothing of it can be reached from outside. What they hold is in
# $SWARM_HOSTS_DIR, /var/lib/imagemesh-swarm-hosts unless told.
#
# Exit codes: 0 done, 2 the command is wrong, 3 it could not be carried out.
set -euo pipefail

root=${SWARM_HOSTS_DIR:-/var/lib/imagemesh-swarm-hosts}
mark=$root/made-by-swarm-hosts # `down` removes no folder that is not ours
bridge=swarm-hosts
seconds_to_start=60

fail() { # exit code, sentence
  echo "swarm-hosts: $2" >&2
  exit "$1"
}

socket() { echo "unix://$root/$1/docker.sock"; }
on() { # host, then what docker is told there
  local host=$1
  shift
  docker --host "$(socket "$host")" "$@"
}
hosts() { find "$root" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null | sort -n; }

check_tools() {
  local tool
  [[ $(id -u) == 0 ]] || fail 3 'only root can make network namespaces; run this as root.'
  for tool in docker dockerd ip iptables nsenter unshare; do
    command -v "$tool" >/dev/null || fail 3 "there is no $tool here; install docker.io, iproute2 and util-linux."
  done
}

make_bridge() {
  ip link add $bridge type bridge
  ip addr add 10.77.0.254/24 dev $bridge
  ip link set $bridge up
  # An engine on the machine itself drops what is forwarded, frames on bridges too.
  iptables -I FORWARD -i $bridge -j ACCEPT
}

make_namespace() { # host
  ip netns add "swarm-host-$1"
  ip link add "swarmhost$1" type veth peer name eth0 netns "swarm-host-$1"
  ip link set "swarmhost$1" master $bridge up
  ip -n "swarm-host-$1" addr add "10.77.0.$1/24" dev eth0
  ip -n "swarm-host-$1" link set eth0 up
  ip -n "swarm-host-$1" link set lo up
  ip -n "swarm-host-$1" route add default via 10.77.0.254
}

# nsenter, since `ip netns exec` mounts /sys anew and so loses the control groups. Each engine has a /run of
# its own, where engines keep what must not be shared.
start_engine() { # host
  local dir=$root/$1
  setsid nsenter --net="/var/run/netns/swarm-host-$1" unshare --mount --uts sh -c '
    mount --make-rprivate / && mount -t tmpfs run /run && mkdir -p /run/docker && hostname "host-$2"
    exec dockerd --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/pid" -H "unix://$1/docker.sock"
  ' sh "$dir" "$1" </dev/null >"$dir/log" 2>&1 &
}

await_engine() { # host
  local left
  for ((left = seconds_to_start * 4; left > 0; left--)); do
    on "$1" version >/dev/null 2>&1 && return
    sleep 0.25
  done
  fail 3 "host $1 did not start within $seconds_to_start seconds: $(tail -n 1 "$root/$1/log")"
}

join_swarm() { # number of hosts
  local host token
  on 1 swarm init --advertise-addr 10.77.0.1 >/dev/null
  token=$(on 1 swarm join-token -q worker)
  for ((host = 2; host <= $1; host++)); do
    on "$host" swarm join --token "$token" --advertise-addr "10.77.0.$host" 10.77.0.1:2377 >/dev/null
  done
}

up() { # number of hosts
  local host
  [[ $1 =~ ^[1-9][0-9]?$ ]] || fail 2 "the number of hosts is 1 to 99, not '$1'."
  check_tools
  [[ ! -e $root ]] || fail 3 "hosts are up already, or were not taken down ($root); say \`down\` first."
  ! ip link show $bridge >/dev/null 2>&1 || fail 3 'hosts of another SWARM_HOSTS_DIR are up; take them down first.'
  # Half a swarm helps nobody.
  trap 'code=$?; trap - EXIT; [[ $code == 0 ]] || down; exit $code' EXIT
  trap 'exit 130' INT TERM
  mkdir -p "$root"
  touch "$mark"
  make_bridge
  for ((host = 1; host <= $1; host++)); do
    mkdir "$root/$host"
    make_namespace "$host"
    start_engine "$host"
  done
  for ((host = 1; host <= $1; host++)); do await_engine "$host"; done
  join_swarm "$1"
  for ((host = 1; host <= $1; host++)); do socket "$host"; done
}

load() { # file
  local host
  [[ -n $(hosts) ]] || fail 3 'no hosts are up; say `up` first.'
  [[ -r $1 ]] || fail 2 "there is no file '$1'; make one with: npm run image -- --out FILE."
  for host in $(hosts); do on "$host" load --quiet --input "$1"; done
}

set_link() { # host, up or down
  [[ $1 =~ ^[1-9][0-9]?$ && -d $root/$1 ]] || fail 2 "there is no host '$1'; there are: $(hosts | xargs)."
  ip link set "swarmhost$1" "$2"
}

end_engine() { # host
  local pid left
  pid=$(cat "$root/$1/pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || return 0
  for ((left = 80; left > 0; left--)); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.25
  done
  kill -KILL "$pid" 2>/dev/null || true
}

down() {
  local host containers
  [[ -e $mark ]] || return 0
  for host in $(hosts); do
    on "$host" swarm leave --force >/dev/null 2>&1 || true
    containers=$(on "$host" ps --all --quiet 2>/dev/null) || containers=
    [[ -z $containers ]] || on "$host" rm --force --volumes $containers >/dev/null 2>&1 || true
  done
  for host in $(hosts); do
    end_engine "$host"
    ip netns del "swarm-host-$host" 2>/dev/null || true
  done
  iptables -D FORWARD -i $bridge -j ACCEPT 2>/dev/null || true
  ip link del $bridge 2>/dev/null || true
  rm -rf "$root"
}

case ${1:-} in
up) up "${2:-3}" ;;
load) load "${2:-}" ;;
cut) set_link "${2:-}" down ;;
heal) set_link "${2:-}" up ;;
down) down ;;
*)
  sed -n '2,16s/^# \{0,1\}//p' "$0" >&2
  exit 2
  ;;
esac
