#!/bin/bash
# One of three who watch the leader. Two must agree that it is gone for 5 s before they choose another.
set -euo pipefail
cat >/tmp/sentinel.conf <<CONF
bind 0.0.0.0
protected-mode no
port 26379
dir /tmp
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip sentinel-$FIREDRILL_SITE
sentinel monitor main redis-pangyo 6379 2
sentinel down-after-milliseconds main 5000
sentinel failover-timeout main 20000
sentinel parallel-syncs main 1
CONF
exec redis-sentinel /tmp/sentinel.conf
