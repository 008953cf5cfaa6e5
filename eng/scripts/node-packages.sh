#!/bin/sh
# Installs the Node programs some tests run (eng/conformance/package.json), exactly as locked, once per lock file.
# No package's own script is run: none is needed, and none of them should run on a developer's machine.
set -eu
cd "$(dirname "$0")/../conformance"

# npm writes this file last, so an installation that was cut off does not count.
[ ! node_modules/.package-lock.json -nt package-lock.json ] || exit 0

command -v npm >/dev/null 2>&1 || {
    echo "npm is missing; eng/scripts/prerequisites.sh --tests installs it." >&2
    exit 1
}
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null || {
    echo "npm ci in eng/conformance failed; its message stands above. Without these packages the conformance suite cannot run." >&2
    exit 1
}
touch node_modules/.package-lock.json
