using System.Runtime.Versioning;
using Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: UnsupportedOSPlatform("windows")] // file modes, /dev/full and shell scripts
