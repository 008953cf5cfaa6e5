using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ServiceDefaults.InternalCalls;

namespace McpWorker.Tools;

/// <summary>A short name for a set of permissions: what one caller may see, all with the same set may.</summary>
internal static class PermissionKey
{
    private const int ShortEnough = 256;

    public static string Of(InternalCaller caller)
    {
        var joined = string.Join('\n', caller.Permissions);
        return joined.Length <= ShortEnough ? joined : Convert.ToBase64String(SHA256.HashData(MemoryMarshal.AsBytes(joined.AsSpan())));
    }
}
