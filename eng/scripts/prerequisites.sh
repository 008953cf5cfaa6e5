#!/bin/sh
# Checks for what the platform needs on this machine, and installs what is missing when allowed to.
#
#   prerequisites.sh [--yes] [--tests]
#
#   --yes    install without asking; so does root under CI=true
#   --tests  PostgreSQL and Redis are needed whatever the connection strings say: the tests run their own. They also
#            hand the shipped log and alert configuration to rsyslogd, logrotate and promtool, run the MCP conformance
#            suite on Node, shut hosted servers in with bwrap and read PDF files with pdftotext
set -eu

yes=false
tests=false
for argument in "$@"; do
    case "$argument" in
        --yes) yes=true ;;
        --tests) tests=true ;;
    esac
done
[ "${CI:-}" = true ] && [ "$(id -u)" -eq 0 ] && yes=true

fail() {
    echo "$*" >&2
    exit 1
}

command -v dotnet >/dev/null 2>&1 ||
    fail "The .NET SDK 10 is missing. Install it (https://dotnet.microsoft.com/download/dotnet/10.0), then start again."
dotnet --list-sdks | grep -q '^10\.' ||
    fail "This needs the .NET SDK 10; installed are: $(dotnet --list-sdks | tr '\n' ' '). Install SDK 10, then start again."

has_postgres() {
    for server in /usr/lib/postgresql/*/bin/postgres; do
        major=$(basename "$(dirname "$(dirname "$server")")")
        [ -x "$server" ] && [ "$major" -ge 15 ] 2>/dev/null && return 0
    done
    command -v postgres >/dev/null 2>&1
}

has_redis() {
    command -v redis-server >/dev/null 2>&1 || command -v valkey-server >/dev/null 2>&1
}

# Debian keeps some of these where only root's PATH looks.
has_tool() {
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]
}

has_engine() {
    grep -qs '>true<' "$(dirname "$0")/../../AspireSource.local.props" &&
        { docker info >/dev/null 2>&1 || podman info >/dev/null 2>&1; }
}

missing=
if [ "$tests" = true ] || ! has_engine; then
    if [ "$tests" = true ] || [ -z "${ConnectionStrings__mcpdb:-}" ]; then
        has_postgres || missing="$missing postgresql"
    fi
    if [ "$tests" = true ] || [ -z "${ConnectionStrings__redis:-}" ]; then
        has_redis || missing="$missing redis-server"
    fi
fi
command -v setpriv >/dev/null 2>&1 || [ "$(uname)" != Linux ] || missing="$missing util-linux"
if [ "$tests" = true ] && [ "$(uname)" = Linux ]; then
    has_tool rsyslogd || missing="$missing rsyslog"
    has_tool logrotate || missing="$missing logrotate"
    has_tool promtool || missing="$missing prometheus"
    has_tool bwrap || missing="$missing bubblewrap"
    has_tool pdftotext || missing="$missing poppler-utils"
    # Any Node brings npm along, except Debian's.
    has_tool node || missing="$missing nodejs"
    has_tool npm || missing="$missing npm"
fi
[ -n "$missing" ] || exit 0

sudo=
[ "$(id -u)" -eq 0 ] || sudo="sudo"
install="${sudo:+$sudo }apt-get install --yes --no-install-recommends$missing"
command -v apt-get >/dev/null 2>&1 ||
    fail "Missing on this machine:$missing. Install them with its package manager (macOS: brew install postgresql@17 redis), then start again."

[ -z "$sudo" ] || command -v sudo >/dev/null 2>&1 ||
    fail "Missing on this machine:$missing, and installing needs root (there is no sudo). Run as root: apt-get update && apt-get install --yes --no-install-recommends$missing"

if [ "$yes" != true ]; then
    [ -t 0 ] || fail "Missing on this machine:$missing. Run: $install   (or start again with --yes)"
    printf 'Missing on this machine:%s.\nRun "%s" now? [y/N] ' "$missing" "$install"
    read -r reply
    case "$reply" in y | Y | yes) ;; *) fail "Nothing was installed. Run that command yourself, then start again." ;; esac
fi

# No package may leave anything running: the platform starts its own servers, on its own ports and data, and of the other
# packages only the programs are wanted.
conf=/etc/postgresql-common/createcluster.conf
policy=/usr/sbin/policy-rc.d
as_root() { $sudo "$@"; }
case "$missing" in
    *postgresql*)
        if [ ! -e "$conf" ]; then
            as_root mkdir -p "$(dirname "$conf")"
            echo 'create_main_cluster = false' | as_root tee "$conf" >/dev/null
        fi
        ;;
esac
ours=false
if [ ! -e "$policy" ]; then
    ours=true
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
fi
trap '[ "$ours" != true ] || as_root rm -f "$policy"' EXIT

export DEBIAN_FRONTEND=noninteractive
as_root apt-get update -qq || fail "apt-get update failed; its message stands above. Mend the package sources, then start again."
# shellcheck disable=SC2086 # the packages are words
as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    -o Dpkg::Options::=--force-confold -qq $missing >/dev/null ||
    fail "Installing$missing failed; the message stands above."
if command -v systemctl >/dev/null 2>&1 && [ -d /run/systemd/system ]; then
    disable() { as_root systemctl disable --quiet "$@" 2>/dev/null || true; }
    case "$missing" in *redis*) disable redis-server ;; esac
    case "$missing" in *rsyslog*) disable rsyslog ;; esac
    case "$missing" in *logrotate*) disable logrotate.timer ;; esac
    case "$missing" in *prometheus*) disable prometheus ;; esac
fi
case "$missing" in
    *postgresql*)
        has_postgres || fail "The PostgreSQL of this release is older than 15. Install 15 or newer from https://wiki.postgresql.org/wiki/Apt, then start again."
        ;;
esac
echo "Installed:$missing"
