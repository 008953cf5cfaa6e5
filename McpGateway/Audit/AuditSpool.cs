using System.Globalization;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;
using ServiceDefaults.Durability;
using ServiceDefaults.Instances;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.Audit;

/// <summary>
/// The audit events of this process that PostgreSQL does not have yet: JSON lines in segment files, in a folder of this
/// process's own below MCP_AUDIT_DIR. A lock on the folder tells others that its owner lives; see <see cref="SpoolFolder"/>.
/// </summary>
internal sealed class AuditSpool : IDisposable
{
    private const int SegmentBytes = 4 * 1024 * 1024;

    // A smaller one is not worth a new file: making it durable costs a call the time of an fsync.
    private const int WorthClosingBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Lock _syncing = new();
    private readonly SpoolFolder _folder;
    private readonly long _maxBytes;
    private long _spooled;
    private SafeFileHandle? _segment;
    private string _segmentPath = "";
    private long _length;
    private int _number;
    private bool _isDirty;

    public AuditSpool(IOptions<StorageOptions> storage, InstanceIdentity identity)
    {
        Root = storage.Value.AuditDirectory;
        _maxBytes = storage.Value.AuditSpoolMaxBytes;
        _folder = SpoolFolder.Create(Root, identity.Id);
    }

    public string Root { get; }

    public string Folder => _folder.Path;

    /// <summary>Writes an event to the operating system, so that it outlives this process; the next <see cref="Sync"/> makes it outlive the machine's.</summary>
    /// <exception cref="IOException">It could not be written; a full disk or spool, for example.</exception>
    /// <param name="line">An event as <see cref="AuditEvent.ToLine"/> has it.</param>
    public void Append(byte[] line)
    {
        lock (_gate)
        {
            if (_spooled + line.Length > _maxBytes)
            {
                throw new IOException($"The audit spool is full: it holds {_spooled} bytes, and MCP_AUDIT_SPOOL_MAX_BYTES is {_maxBytes}.");
            }

            if (_segment is null || _length >= SegmentBytes)
            {
                OpenSegment();
            }

            RandomAccess.Write(_segment!, line, _length);
            _length += line.Length;
            _spooled += line.Length;
            _isDirty = true;
        }
    }

    /// <summary>Forces everything appended so far to disk.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Sync()
    {
        lock (_syncing)
        {
            SafeFileHandle segment;
            lock (_gate)
            {
                if (!_isDirty)
                {
                    return;
                }

                _isDirty = false;
                segment = _segment!;
            }

            // Outside the gate: calls go on appending while the disk works. Should the segment be closed meanwhile, the
            // handle stays open until this returns.
            Durable.FsyncFile(segment, _segmentPath);
        }
    }

    /// <summary>The segments, oldest first, and whether this process still writes to each.</summary>
    public IReadOnlyList<(string Path, bool IsOpen)> Segments()
    {
        lock (_gate)
        {
            return [.. SpoolFolder.Segments(Folder).Select(path => (path, path == _segmentPath))];
        }
    }

    /// <summary>Ends the open segment when it holds nothing beyond <paramref name="length"/>, so that it can be deleted.</summary>
    /// <param name="anySize">Also when it is small.</param>
    public bool TryCloseAt(string path, long length, bool anySize)
    {
        lock (_syncing)
        {
            lock (_gate)
            {
                if (path != _segmentPath || length != _length || (!anySize && length < WorthClosingBytes))
                {
                    return false;
                }

                CloseSegment();
                return true;
            }
        }
    }

    /// <summary>Deletes a closed segment, which makes room for new events.</summary>
    public void Delete(string path, long length)
    {
        File.Delete(path);
        lock (_gate)
        {
            _spooled -= length;
        }
    }

    public void Dispose()
    {
        lock (_syncing)
        {
            lock (_gate)
            {
                CloseSegment();
            }
        }

        if (SpoolFolder.Segments(Folder).Count == 0)
        {
            _folder.Delete();
        }

        _folder.Dispose();
    }

    private void OpenSegment()
    {
        // A failed sync of the old segment must not lose the rest of it: it is read from its file in any case.
        if (_segment is not null)
        {
            try
            {
                Durable.FsyncFile(_segment, _segmentPath);
            }
            finally
            {
                CloseSegment();
            }
        }

        var path = Path.Combine(Folder, (++_number).ToString("D8", CultureInfo.InvariantCulture) + SpoolFolder.Extension);
        _segment = SpoolFolder.CreateFile(path);
        _segmentPath = path;
        _length = 0;
        Durable.FsyncDirectory(Folder);
    }

    private void CloseSegment()
    {
        _segment?.Dispose();
        _segment = null;
        _segmentPath = "";
        _isDirty = false;
    }
}
