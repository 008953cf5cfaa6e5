using System.Runtime.Versioning;

// The stand-ins serve Linux; Windows and macOS use the official packages.
[assembly: UnsupportedOSPlatform("windows")]
