using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using McpWorker.Servers;

namespace McpWorker.Hosting.Sandboxes;

/// <summary>
/// A user id nobody else of this machine uses while the lease is held: a lock on a file named for it keeps other workers away.
/// The range is one systemd's list of user ids leaves unused, below 65536, so that containers have it too.
/// </summary>
internal sealed class UidLease : IDisposable
{
    public const int First = 60_600;
    public const int Count = 512;

    private const string Folder = "/var/lib/mcp-hosted/uids";

    private readonly FileStream _lock;

    private UidLease(int user, FileStream hold) => (User, _lock) = (user, hold);

    public int User { get; }

    /// <summary>A server gets the same id again where it can, so that it finds its own files in the folders it may write to.</summary>
    /// <exception cref="ServerUnavailableException">All are in use.</exception>
    public static UidLease Take(string server, int instance)
    {
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var wish = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{server}/{instance}"))));
        for (var i = 0; i < Count; i++)
        {
            var user = First + (int)((wish + (uint)i) % Count);
            try
            {
                var hold = new FileStream(Path.Combine(Folder, user.ToString(CultureInfo.InvariantCulture)), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return new UidLease(user, hold);
            }
            catch (IOException)
            {
                // Another instance's.
            }
        }

        throw new ServerUnavailableException(
            $"The hosted server '{server}' is not started: all {Count} user ids from {First} on are in use on this machine. Run fewer instances, or install bubblewrap and run the workers as a user that is not root.");
    }

    public void Dispose() => _lock.Dispose();
}
