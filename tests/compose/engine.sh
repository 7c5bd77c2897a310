#!/usr/bin/env bash
# Docker for a machine that has none: Engine and compose from Debian packages, one daemon of our own, no registry.
#   engine.sh install | start | stop
# Everything it keeps lies in $ENGINE; the daemon listens on $ENGINE/docker.sock only. `stop` undoes what `start` did.
set -euo pipefail
ENGINE="${ENGINE:-/var/tmp/report-archive-engine}"
export DOCKER_HOST="unix://$ENGINE/docker.sock"

install() {
  if command -v dockerd >/dev/null && docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1 \
     && command -v mmdebstrap >/dev/null; then return; fi
  # Debian 12 has compose 1 only. The packages of Debian 13 run on its libc, but for runc; nothing else is upgraded.
  local apt="$ENGINE/apt" sources=/etc/apt/sources.list.d/debian.sources
  mkdir -p "$apt/sources" "$apt/preferences"
  cp "$sources" "$apt/sources/"
  local from=()
  if grep -q bookworm "$sources"; then
    sed '/^#/d; s/bookworm bookworm-updates/trixie/; s/bookworm-security/trixie-security/' "$sources" >"$apt/sources/trixie.sources"
    printf 'Package: *\nPin: release n=trixie*\nPin-Priority: 100\n' >"$apt/preferences/trixie"
    from=(/trixie)
  fi
  local options=(-qq -o "Dir::Etc::sourceparts=$apt/sources" -o "Dir::Etc::preferencesparts=$apt/preferences")
  apt-get "${options[@]}" update
  DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install -y --no-install-recommends iproute2 iptables mmdebstrap runc \
    "docker.io${from[*]}" "docker-cli${from[*]}" "containerd${from[*]}" "docker-compose${from[*]}" "docker-buildx${from[*]}"
}

start() {
  if docker version >/dev/null 2>&1; then return; fi
  mkdir -p "$ENGINE"
  cat /proc/sys/net/ipv4/ip_forward >"$ENGINE/ip_forward"
  setsid nohup dockerd --data-root "$ENGINE/data" --exec-root "$ENGINE/exec" --pidfile "$ENGINE/dockerd.pid" \
    --host "$DOCKER_HOST" --log-level warn >"$ENGINE/dockerd.log" 2>&1 </dev/null &
  for _ in $(seq 150); do
    if docker version >/dev/null 2>&1; then return; fi
    sleep 0.2
  done
  echo "Docker does not run on this machine; dockerd's last words:" >&2
  tail -20 "$ENGINE/dockerd.log" >&2
  return 1
}

stop() { # the daemon, its links, its rules; with --clean its images too
  if [ -s "$ENGINE/dockerd.pid" ]; then
    local pid; pid="$(cat "$ENGINE/dockerd.pid")"
    docker ps -q 2>/dev/null | xargs -r docker kill >/dev/null 2>&1 || true
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 100); do [ -d "/proc/$pid" ] || break; sleep 0.2; done
    ip -brief link | awk '$1 ~ /^(docker0|br-[0-9a-f]{12})$/ {print $1}' | xargs -r -n1 ip link delete
    local table
    for table in filter nat; do
      iptables -t $table -S | awk '/^-A/ && (/DOCKER/ || / docker0/ || / br-[0-9a-f]{12}/) && !/^-A DOCKER/ {sub(/^-A/, "-D"); print}' \
        | while read -r rule; do xargs iptables -t $table <<<"$rule" || true; done
      iptables -t $table -S | awk '/^-N DOCKER/ {print $2}' | while read -r chain; do iptables -t $table -F "$chain"; done
      iptables -t $table -S | awk '/^-N DOCKER/ {print $2}' | while read -r chain; do iptables -t $table -X "$chain" || true; done
    done
    iptables -P FORWARD ACCEPT
    cat "$ENGINE/ip_forward" >/proc/sys/net/ipv4/ip_forward
  fi
  if [ "${1:-}" = --clean ]; then rm -rf "$ENGINE"; fi
}

"$@"
