#!/bin/bash
# A copy of the data. One that comes back asks the sentinels who leads by now: a former leader that just went on leading
# would take writes that nobody else ever sees, and answer reads with what is old. It asks those at the other sites: the one
# at its own site came back in the same moment, and knows no more than it does.
set -euo pipefail
self="redis-$FIREDRILL_SITE"
leader=redis-pangyo
for site in pangyo anyang ansan; do
  [[ $site != "$FIREDRILL_SITE" ]] || continue
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
