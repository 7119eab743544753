#!/bin/bash
# A web server that says which site it stands at.
set -euo pipefail
mkdir -p /tmp/www
echo "hello from $FIREDRILL_SITE" >/tmp/www/index.html
exec busybox httpd -f -p 8080 -h /tmp/www
