using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ServiceDefaults.Durability;

[SupportedOSPlatform("windows")]
internal static class Kernel32
{
    public static void Flush(SafeFileHandle handle, string path)
    {
        if (!FlushFileBuffers(handle))
        {
            var error = Marshal.GetLastPInvokeError();
            throw new IOException($"Flushing '{path}' failed: {new Win32Exception(error).Message}.", error);
        }
    }

    [DllImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool FlushFileBuffers(SafeFileHandle handle);
}
