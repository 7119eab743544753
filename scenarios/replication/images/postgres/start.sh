#!/bin/bash
# One copy of the database with the Patroni that looks after it.
set -euo pipefail
data=/var/lib/postgresql/data

# A unit that lost its power left its pid files behind; nothing of it can be running now.
rm -f "$data/postmaster.pid" /var/run/postgresql/.s.PGSQL.5432*

# The drill wants to know its first leader: the others hold back until that one leads, and only the first time.
if [[ ! -e $data/PG_VERSION && $FIREDRILL_UNIT != "$FIRST_LEADER" ]]; then
  for ((tries = 0; tries < 300; tries++)); do
    curl -fs -m 1 -o /dev/null "http://$FIRST_LEADER:8008/primary" && break
    sleep 0.2
  done
fi

reads_only=false
[[ $FIREDRILL_UNIT != "$READS_ONLY" ]] || reads_only=true
sed -e "s/@READS_ONLY@/$reads_only/g" -e "s/@SYNCHRONOUS@/$SYNCHRONOUS/" \
  /etc/firedrill/patroni.yml >/tmp/patroni.yml

export PATRONI_NAME=$FIREDRILL_UNIT
export PATRONI_RESTAPI_CONNECT_ADDRESS=$FIREDRILL_UNIT:8008
export PATRONI_POSTGRESQL_CONNECT_ADDRESS=$FIREDRILL_UNIT:5432
exec patroni /tmp/patroni.yml
