#!/bin/sh
# Asks the feed once whether it serves the Aspire packages, and remembers the answer in AspireSource.local.props, which wins
# over the default of AspireSource.props. Delete that file to be asked again. An explicit UseOfficialPackages wins over both.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
answer="$root/AspireSource.local.props"

[ -n "${UseOfficialPackages:-}" ] && exit 0
[ -e "$answer" ] && exit 0

version=$(sed -n 's:.*<AspireVersion>\(.*\)</AspireVersion>.*:\1:p' "$root/AspireSource.props")
probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
cat > "$probe/probe.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>
  <ItemGroup><PackageDownload Include="Aspire.Hosting.AppHost" Version="[$version]" /></ItemGroup>
</Project>
EOF

# PackageDownload fetches that one package and none of its dependencies. NU1101 and NU1102 are the feed's own "not found";
# any other failure (no network, say) is no answer, so nothing is remembered and the default decides.
if output=$(dotnet restore "$probe/probe.csproj" --nologo 2>&1); then
    official=true
elif echo "$output" | grep -q 'NU110[12]'; then
    official=false
else
    echo "package mode: the feed did not answer; going on with the default. Its message:" >&2
    echo "$output" | tail -3 >&2
    exit 0
fi

cat > "$answer" <<EOF
<Project>
  <!-- What the feed of this machine answered (eng/scripts/package-mode.sh). Delete this file to ask again. -->
  <PropertyGroup><UseOfficialPackages>$official</UseOfficialPackages></PropertyGroup>
</Project>
EOF
