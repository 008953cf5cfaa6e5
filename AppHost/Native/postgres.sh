#!/bin/sh
# Runs the machine's own PostgreSQL in the foreground on a data directory of ours (design.md §4).
#
# Environment: POSTGRES_BIN, POSTGRES_DATA, POSTGRES_PORT, POSTGRES_PASSWORD, POSTGRES_DATABASE.
# Arguments: server options (-c name=value …).
# The password reaches neither an argument list nor a file that outlives the call.
set -eu

fail() {
    echo "postgres: $*" >&2
    exit 78
}

[ -x "$POSTGRES_BIN/postgres" ] || fail "PostgreSQL 15 or newer is not installed. Install it: ./run.sh --yes, or apt-get install postgresql"

# PostgreSQL refuses to run as root. The postgres user may lack the right to walk to the data directory (a clone below a
# 0700 home): then, and only then, it gets CAP_DAC_READ_SEARCH as an ambient capability.
as_postgres=
parent=$(dirname "$POSTGRES_DATA")
mkdir -p "$parent"
if [ "$(id -u)" -eq 0 ]; then
    id postgres >/dev/null 2>&1 || fail "running as root needs a user named postgres. Install the package postgresql, which makes one."
    as_postgres="setpriv --reuid=postgres --regid=postgres --init-groups"
    # Walks there instead of asking with test -x: access(2) answers for the user without its capabilities.
    if ! $as_postgres ls -d "$parent/." >/dev/null 2>&1; then
        as_postgres="$as_postgres --inh-caps=+dac_read_search --ambient-caps=+dac_read_search"
        $as_postgres ls -d "$parent/." >/dev/null 2>&1 ||
            fail "the user postgres cannot reach $parent. Clone to a folder it can enter, or run as an ordinary user."
    fi
fi

give_to_server() {
    chmod 700 "$1"
    [ -z "$as_postgres" ] || chown postgres:postgres "$1"
}

# Statements run before the server listens, by the server's own single-user mode: no password travels over a socket.
single_user() {
    $as_postgres "$POSTGRES_BIN/postgres" --single -D "$1" postgres >/dev/null
}

cd /
if [ ! -e "$POSTGRES_DATA" ]; then
    # Made beside its place and renamed when whole, so that a killed first start leaves nothing half-made.
    new="$POSTGRES_DATA.new"
    rm -rf "$new"
    mkdir "$new"
    give_to_server "$new"
    $as_postgres "$POSTGRES_BIN/initdb" --pgdata="$new" --username=postgres --encoding=UTF8 --locale=C.UTF-8 \
        --auth=reject --no-instructions >/dev/null ||
        fail "initdb could not make $new; its message stands above. Free the disk or mend the rights, then start again."
    printf 'host %s all 127.0.0.1/32 scram-sha-256\n' all replication | $as_postgres tee "$new/pg_hba.conf" >/dev/null
    printf 'CREATE DATABASE %s\n' "$POSTGRES_DATABASE" | single_user "$new"
    mv "$new" "$POSTGRES_DATA"
fi

[ -s "$POSTGRES_DATA/PG_VERSION" ] || fail "$POSTGRES_DATA is not a PostgreSQL data directory. Move it away, then start again."
have=$(cat "$POSTGRES_DATA/PG_VERSION")
want=$("$POSTGRES_BIN/postgres" --version | sed 's/.* \([0-9][0-9]*\)\..*/\1/')
[ "$have" = "$want" ] ||
    fail "$POSTGRES_DATA holds data of PostgreSQL $have, this machine runs $want. Nothing was changed. Install PostgreSQL $have, or move the folder away and restore a backup."

# Set at every start (0.1 s): the parameter store may have been emptied since the folder was made.
printf "ALTER ROLE postgres PASSWORD '%s'\n" "$(printf '%s' "$POSTGRES_PASSWORD" | sed "s/'/''/g")" | single_user "$POSTGRES_DATA"

# SIGTERM waits for every client to leave; SIGINT (fast) disconnects them, which is what a stop means here.
$as_postgres "$POSTGRES_BIN/postgres" -D "$POSTGRES_DATA" -c port="$POSTGRES_PORT" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= "$@" &
server=$!
trap 'kill -INT "$server" 2>/dev/null || true' TERM INT HUP
while :; do
    code=0
    wait "$server" || code=$?
    kill -0 "$server" 2>/dev/null || exit "$code"
done
