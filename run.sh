#!/usr/bin/env bash
# Starts the whole platform on this machine: checks, builds, starts, waits, says where it is.
#
#   ./run.sh            in the foreground; Ctrl+C stops everything
#   ./run.sh --detach   in the background; returns when every resource is healthy
#   ./run.sh --stop     stops what --detach started; the data stays in .local
#   --yes               installs missing PostgreSQL or Redis without asking
#
# Exit codes: 0 done; 1 something is missing or failed, said above with the cure; 2 wrong usage.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

mode=foreground
prerequisites=()
for argument in "$@"; do
    case "$argument" in
        --detach) mode=detach ;;
        --stop) mode=stop ;;
        --yes) prerequisites+=(--yes) ;;
        -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "run.sh: unknown option $argument. Try ./run.sh --help" >&2; exit 2 ;;
    esac
done

state=.local/apphost.json
url=http://localhost:8000

running_pid() {
    local pid
    [ -e "$state" ] || return 1
    pid=$(sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' "$state" | head -n 1)
    [ -n "$pid" ] && tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -q AppHost && echo "$pid"
}

if [ "$mode" = stop ]; then
    if ! pid=$(running_pid); then
        echo "Not running."
        exit 0
    fi
    kill -TERM "$pid"
    for ((i = 0; i < 100; i++)); do
        kill -0 "$pid" 2>/dev/null || { echo "Stopped. The data stays in .local."; exit 0; }
        sleep 0.2
    done
    echo "The AppHost (pid $pid) did not stop within 20 s; see .local/logs/apphost.log. To end it at once: kill -9 $pid" >&2
    exit 1
fi

if pid=$(running_pid); then
    echo "Already running (pid $pid): $url/mcp. Stop it with ./run.sh --stop"
    exit 0
fi

eng/scripts/prerequisites.sh "${prerequisites[@]}"
eng/scripts/package-mode.sh

if ! mkdir -p .local/logs 2>/dev/null || [ ! -w .local/logs ]; then
    echo "Cannot write to $PWD/.local: the platform keeps its data and logs there. Make the folder writable, or clone to one that is." >&2
    exit 1
fi

# A build that would find nothing to do still takes seconds; look first.
stamp=.local/built
if [ ! -e "$stamp" ] || [ -n "$(find . \( -name artifacts -o -name .local -o -name .git \) -prune -o \
    -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.sql' -o -name '*.sh' -o -name '*.json' \) -newer "$stamp" -print -quit)" ]; then
    echo "Building…"
    if ! dotnet build AppHost/AppHost.csproj --nologo --verbosity quiet; then
        echo "The build failed; its errors stand above." >&2
        exit 1
    fi
    touch "$stamp"
fi

if [ "$mode" = foreground ]; then
    exec dotnet run --project AppHost --no-build
fi

log=.local/logs/apphost.log
rm -f "$state"
setsid nohup dotnet run --project AppHost --no-build > "$log" 2>&1 < /dev/null &
started=$!

for ((i = 0; i < 480; i++)); do
    if grep -q '^Ready\.' "$log"; then
        cat "$log"
        exit 0
    fi
    if ! kill -0 "$started" 2>/dev/null; then
        echo "The AppHost ended before everything was healthy. The end of $log:" >&2
        tail -n 40 "$log" >&2
        exit 1
    fi
    if grep -qs '"state": *"FailedToStart"\|"state": *"RuntimeUnhealthy"' "$state"; then
        break
    fi
    sleep 0.25
done

echo "Not everything became healthy. The end of $log; each resource has a log beside it:" >&2
tail -n 40 "$log" >&2
kill -TERM "$(running_pid || echo "$started")" 2>/dev/null || true
wait "$started" 2>/dev/null || true
exit 1
