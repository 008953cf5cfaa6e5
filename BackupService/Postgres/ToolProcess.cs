using System.Diagnostics;
using System.Text;

namespace BackupService.Postgres;

/// <summary>How a tool ended. The text is what it wrote to stderr, shortened to its end.</summary>
internal sealed record ToolExit(string Tool, int Code, string Errors)
{
    public bool IsSuccess => Code == 0;

    public override string ToString()
    {
        var how = Code > 128 ? $"was ended by signal {Code - 128}" : $"ended with exit code {Code}";
        return Errors.Length == 0 ? $"{Tool} {how}." : $"{Tool} {how}: {Errors}";
    }
}

/// <summary>
/// A PostgreSQL client tool as a child process. It gets no environment but what it needs, so none of the service's
/// secrets and no PG… variable that would change what it does. It never outlives this object.
/// </summary>
internal sealed class ToolProcess : IDisposable
{
    private const int MaxErrorText = 4096;
    private static readonly string[] PassedOn = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SystemRoot"];

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ToolProcess(Process process)
    {
        _process = process;
        _errors = ReadErrorsAsync(process.StandardError);
    }

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Input => _process.StandardInput.BaseStream;

    /// <exception cref="BackupException">The program cannot be started.</exception>
    public static ToolProcess Start(string path, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        var inherited = PassedOn.Select(name => (Name: name, Value: start.Environment.TryGetValue(name, out var value) ? value : null)).ToList();
        start.Environment.Clear();
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in inherited.Where(variable => variable.Value is not null))
        {
            start.Environment[name] = value;
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        try
        {
            return new ToolProcess(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new BackupException(BackupFailure.Configuration, $"'{path}' cannot be started: {exception.Message}.", exception);
        }
    }

    /// <summary>Waits for the end. Read <see cref="Output"/> to its end first, or the tool blocks on a full pipe.</summary>
    public async Task<ToolExit> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return new ToolExit(Path.GetFileName(_process.StartInfo.FileName), _process.ExitCode, (await _errors).Trim());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static async Task<string> ReadErrorsAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[1024];
        int read;

        while ((read = await reader.ReadAsync(buffer)) > 0)
        {
            text.Append(buffer, 0, read);
            if (text.Length > MaxErrorText)
            {
                text.Remove(0, text.Length - MaxErrorText);
            }
        }

        return text.ToString();
    }
}
