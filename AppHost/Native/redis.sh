#!/bin/sh
# Runs the machine's own Redis (or Valkey) in the foreground on a data directory of ours (design.md §4).
#
# Environment: REDIS_SERVER (path), REDIS_DATA, REDIS_PORT, REDIS_PASSWORD.
# The configuration goes in by standard input, so the password is in no argument list and in no file.
set -eu

[ -x "$REDIS_SERVER" ] || {
    echo "redis: Redis is not installed${REDIS_SERVER:+ at $REDIS_SERVER}. Install it: ./run.sh --yes, or apt-get install redis-server" >&2
    exit 78
}

umask 077
mkdir -p "$REDIS_DATA"
# The data goes to the working folder: a path with a space would be two words of the configuration.
cd "$REDIS_DATA"

exec "$REDIS_SERVER" - <<EOF
port $REDIS_PORT
bind 127.0.0.1
dir .
requirepass $REDIS_PASSWORD
save 60 1
appendonly no
daemonize no
EOF
