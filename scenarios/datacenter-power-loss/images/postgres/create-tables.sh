#!/bin/bash
# Patroni runs this once, on the first leader, with the address of the new database.
set -euo pipefail
psql --no-psqlrc --quiet --dbname "$1" <<'SQL'
CREATE TABLE messages (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  text text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
SQL
