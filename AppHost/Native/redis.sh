#!/bin/sh
# Runs the machine's own Redis (or Valkey) in the foreground on a data directory of ours (design.md §4).
#
# Environment: REDIS_SERVER (path), REDIS_DATA, REDIS_PORT, REDIS_PASSWORD.
# The configuration goes in by standard input, so the password is in no argument list and in no file.
set -eu

[ -x "$REDIS_SERVER" ] || {
    echo "redis: no server at $REDIS_SERVER. Install it: apt-get install redis-server" >&2
    exit 78
}

umask 077
mkdir -p "$REDIS_DATA"
cd "$REDIS_DATA"

exec "$REDIS_SERVER" - <<EOF
port $REDIS_PORT
bind 127.0.0.1
dir $REDIS_DATA
requirepass $REDIS_PASSWORD
save 60 1
appendonly no
daemonize no
EOF
