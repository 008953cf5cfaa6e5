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
        // With their lengths: no permission can be written so that it looks like two.
        var joined = string.Concat(caller.Permissions.Select(permission => $"{permission.Length}:{permission}"));
        return joined.Length <= ShortEnough ? joined : Convert.ToBase64String(SHA256.HashData(MemoryMarshal.AsBytes(joined.AsSpan())));
    }
}
