#!/usr/bin/env bash
# Runs the tests: installs the servers and Node programs they need, builds, runs every test project, and closes with "N passed, N failed".
#
#   ./test.sh                 the tests of every commit
#   ./test.sh --long          these, and the ones that take long: faults, load, kill loops
#   ./test.sh --filter TEXT   only tests whose full name contains TEXT
#   ./test.sh --coverage-map  each requirement with the tests that prove it, and those without one; runs no test
#
# Exit codes: 0 all passed; 1 something failed; 2 wrong usage.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

filter='Category!=Long'
while [ $# -gt 0 ]; do
    case "$1" in
        --long) filter='' ;;
        --filter)
            [ $# -ge 2 ] || { echo "test.sh: --filter wants a text" >&2; exit 2; }
            filter="FullyQualifiedName~$2"
            shift
            ;;
        --coverage-map) exec eng/scripts/coverage-map.sh ;;
        -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "test.sh: unknown option $1. Try ./test.sh --help" >&2; exit 2 ;;
    esac
    shift
done

eng/scripts/prerequisites.sh --tests || exit 1
eng/scripts/package-mode.sh || exit 1
eng/scripts/node-packages.sh || exit 1

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

started=$SECONDS
if ! dotnet build Aspire.sln --nologo --verbosity quiet; then
    echo "The build failed; its errors stand above."
    echo "0 passed, 1 failed"
    exit 1
fi
echo "Built in $((SECONDS - started)) s"

failed_runs=0
for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    began=$SECONDS
    dotnet test "$project" --no-build --nologo ${filter:+--filter "$filter"} \
        --logger "trx;LogFileName=$name.trx" --results-directory "$results" --blame-hang-timeout 5m || failed_runs=$((failed_runs + 1))
    echo "$name: $((SECONDS - began)) s"
done

# The tests of configuration once more, as on a production machine with fresh secrets.
if [ -z "$filter" ] || [ "$filter" = 'Category!=Long' ]; then
    began=$SECONDS
    # shellcheck disable=SC2046 # one KEY=value word for each secret
    env MCP_ENV=production $(dotnet run --project McpGateway --no-build --no-launch-profile -- generate-secrets) \
        dotnet test tests/ServiceDefaults.Tests --no-build --nologo --filter Category=Config \
        --logger "trx;LogFileName=config-production.trx" --results-directory "$results" || failed_runs=$((failed_runs + 1))
    echo "Configuration in production: $((SECONDS - began)) s"
fi

count() {
    grep -ho "<Counters [^>]*" "$results"/*.trx 2>/dev/null | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'
}
passed=$(count passed)
failed=$(count failed)
# A run that failed without a failed test (a crash, a hang) is a failure all the same.
[ "$failed_runs" -eq 0 ] || [ "$failed" -gt 0 ] || failed=$failed_runs

echo "Took $((SECONDS - started)) s"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
