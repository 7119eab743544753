#!/bin/bash
# One member of the three that agree on who leads. A cold start finds its data and joins again as the same member.
set -euo pipefail
cluster=
for member in ${MEMBERS:-etcd-pangyo etcd-anyang etcd-ansan}; do cluster+="${cluster:+,}$member=http://$member:2380"; done
exec etcd \
  --name "$FIREDRILL_UNIT" \
  --data-dir /var/lib/etcd-disk/data \
  --initial-cluster "$cluster" \
  --initial-cluster-state new \
  --initial-advertise-peer-urls "http://$FIREDRILL_UNIT:2380" \
  --listen-peer-urls http://0.0.0.0:2380 \
  --advertise-client-urls "http://$FIREDRILL_UNIT:2379" \
  --listen-client-urls http://0.0.0.0:2379 \
  --heartbeat-interval 200 \
  --election-timeout 2000 \
  --logger zap --log-level warn
