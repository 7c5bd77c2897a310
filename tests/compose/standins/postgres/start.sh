#!/bin/bash
# The part of the image's contract that the compose file uses: POSTGRES_USER, _PASSWORD, _DB, _INITDB_ARGS.
set -euo pipefail
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  # shellcheck disable=SC2086  # the arguments are words by contract
  initdb ${POSTGRES_INITDB_ARGS:-} --username="$POSTGRES_USER" --pwfile=<(echo "${POSTGRES_PASSWORD:?}") --auth-host=scram-sha-256 --auth-local=trust
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl -w -o "-c listen_addresses=''" start
  createdb --username="$POSTGRES_USER" "$POSTGRES_DB"
  pg_ctl -w stop
fi
exec "$@" -c listen_addresses='*'
