#!/bin/bash
# A copy of the data. One that comes back asks the sentinels who leads by now: a former leader that just went on leading
# would take writes that nobody else ever sees.
set -euo pipefail
self="redis-$FIREDRILL_SITE"
leader=redis-pangyo
for site in pangyo anyang ansan; do
  answer=$(timeout 1 redis-cli -h "sentinel-$site" -p 26379 sentinel get-master-addr-by-name main 2>/dev/null | head -1) || answer=
  if [[ $answer == redis-* ]]; then
    leader=$answer
    break
  fi
done
follow=()
if [[ $leader != "$self" ]]; then follow=(--replicaof "$leader" 6379); fi
exec redis-server --bind 0.0.0.0 --protected-mode no --dir /var/lib/redis --appendonly yes \
  --replica-announce-ip "$self" --repl-timeout 10 --min-replicas-to-write 1 --min-replicas-max-lag 10 "${follow[@]}"
