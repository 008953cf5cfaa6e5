#!/usr/bin/env bash
# Starts the whole platform on this machine: checks, builds, starts, waits, says where it is.
#
#   ./run.sh            in the foreground; Ctrl+C stops everything
#   ./run.sh --detach   in the background; returns when every resource is healthy
#   ./run.sh --stop     stops it, however it was started; the data stays in .local
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

# The AppHost holds a lock on its state folder for as long as it lives, so a file left by a crash or a reused process id
# never counts as running.
running_pid() {
    [ -e .local/apphost.lock ] && [ -e .local/apphost.run ] || return 1
    if command -v flock >/dev/null 2>&1 && flock --nonblock .local/apphost.lock true 2>/dev/null; then
        return 1
    fi
    local pid
    pid=$(sed -n 's/.*"ProcessId": *\([0-9]*\).*/\1/p' .local/apphost.run)
    [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && echo "$pid"
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
    url=$(tr -d '\n ' < "$state" 2>/dev/null | sed -n 's/.*"url":"\([^"]*\)","text":"MCPgateway".*/\1/p')
    echo "Already running (pid $pid)${url:+: $url/mcp}. Stop it with ./run.sh --stop"
    exit 0
fi

# Under cron or systemd HOME may be missing; dotnet keeps packages and the generated secrets below it.
if [ -z "${HOME:-}" ]; then
    HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
    export HOME
fi

if ! mkdir -p .local/logs 2>/dev/null || [ ! -w .local/logs ]; then
    echo "Cannot write to $PWD/.local: the platform keeps its data and logs there. Make the folder writable, or clone to one that is." >&2
    exit 1
fi

eng/scripts/prerequisites.sh "${prerequisites[@]}"
eng/scripts/package-mode.sh

# A build that would find nothing to do still takes seconds; look first. The stamp holds the path of what was built.
stamp=.local/built
if [ ! -s "$stamp" ] || [ ! -e "$(cat "$stamp")" ] || [ -n "$(find . \( -name artifacts -o -name .local -o -name .git \) -prune -o \
    -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.sql' -o -name '*.sh' -o -name '*.json' \) -newer "$stamp" -print -quit)" ]; then
    echo "Building; the first time takes a minute or two…"
    if ! output=$(dotnet build AppHost/AppHost.csproj --nologo --verbosity quiet 2>&1); then
        echo "$output" >&2
        echo "The build failed; its errors stand above." >&2
        exit 1
    fi
    dotnet msbuild AppHost/AppHost.csproj -nologo -getProperty:TargetPath > "$stamp"
fi
apphost=$(cat "$stamp")

# What `dotnet run` would start, without `dotnet run` in between: there is then one process to end, by whatever signal.
if [ "$mode" = foreground ]; then
    exec dotnet "$apphost"
fi

log=.local/logs/apphost.log
rm -f "$state"
setsid nohup dotnet "$apphost" > "$log" 2>&1 < /dev/null &
started=$!

give_up() {
    kill -TERM "$started" 2>/dev/null || true
    wait "$started" 2>/dev/null || true
}
trap 'give_up; exit 130' INT TERM HUP

for ((i = 0; i < 480; i++)); do
    if grep -q '^Ready\.' "$log"; then
        sleep 0.1
        cat "$log"
        echo "It runs in the background (pid $started). ./run.sh --stop stops everything."
        exit 0
    fi
    if ! kill -0 "$started" 2>/dev/null; then
        cat "$log" >&2
        echo "The AppHost ended before everything was healthy; the reason stands above." >&2
        exit 1
    fi
    if grep -qs '^  "health": *"failed"' "$state"; then
        sleep 1 # for what follows from it
        break
    fi
    sleep 0.25
done

give_up
cat "$log" >&2
echo "Not everything became healthy, so everything was stopped; the reason stands above. The log of each resource is in $PWD/.local/logs" >&2
exit 1
