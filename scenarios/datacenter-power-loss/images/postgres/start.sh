#!/bin/bash
# One copy of the database with the Patroni that looks after it.
set -euo pipefail
data=/var/lib/postgresql/data

# A unit that lost its power left its pid files behind; nothing of it can be running now.
rm -f "$data/postmaster.pid" /var/run/postgresql/.s.PGSQL.5432*

somebody_leads() {
  for site in pangyo anyang ansan; do
    curl -fs -m 1 -o /dev/null "http://db-$site:8008/primary" && return
  done
  return 1
}

# The drill wants to know its first leader: the others hold back until somebody leads, which at first can only be that one.
if [[ ! -e $data/PG_VERSION && -n ${FIRST_LEADER:-} && $FIREDRILL_UNIT != "$FIRST_LEADER" ]]; then
  for ((tries = 0; tries < 300; tries++)); do
    somebody_leads && break
    sleep 0.2
  done
fi

export PATRONI_NAME=$FIREDRILL_UNIT
export PATRONI_RESTAPI_CONNECT_ADDRESS=$FIREDRILL_UNIT:8008
export PATRONI_POSTGRESQL_CONNECT_ADDRESS=$FIREDRILL_UNIT:5432
exec patroni /etc/firedrill/patroni.yml
