using System.Diagnostics;
using System.Text;
using ModelContextProtocol;

namespace McpWorker.Media.Reading;

/// <summary>
/// Reads PDFs by poppler's pdftotext, a process of its own for each: what a broken or hostile file does to it, it does to
/// nobody else. It is started without a shell, sees none of this worker's environment, gets the file on its standard input, and is
/// held in time, memory and output.
/// </summary>
internal sealed partial class PdfReader(ProgramFolders folders, TimeProvider clock, ILogger<PdfReader> logger) : IDisposable
{
    public const int MaxBytes = 16 * 1024 * 1024;

    private const string Program = "pdftotext";
    private const long MaxMemory = 1L << 30;
    private const int MaxErrorText = 4 * 1024;

    /// <summary>The text as HTML, every character of it escaped.</summary>
    private const int MaxOutput = 6 * NewMedia.MaxContentBytes;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _places = new(Environment.ProcessorCount);

    public bool IsAvailable => folders.Find(Program) is not null;

    /// <exception cref="McpException">It cannot be read; the message says why and what to do.</exception>
    public async Task<PdfText> ReadAsync(byte[] pdf, CancellationToken cancellationToken)
    {
        var program = folders.Find(Program) ?? throw new McpException(
            "PDF cannot be read here: pdftotext is missing. Convert it to text and ingest that, or ask the operator to install poppler-utils.");
        await _places.WaitAsync(cancellationToken);
        try
        {
            return await RunAsync(program, pdf, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task<PdfText> RunAsync(string program, byte[] pdf, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var process = Process.Start(Command(program)) ?? throw new InvalidOperationException($"{program} did not start.");
        try
        {
            var output = ReadAsync(process.StandardOutput.BaseStream, MaxOutput, stop.Token);
            var errors = ReadStartAsync(process.StandardError.BaseStream, stop.Token);
            await WriteAsync(process.StandardInput.BaseStream, pdf, stop.Token);
            var text = await output ?? throw new McpException("The PDF holds more text than one document may. Split it and ingest the parts.");
            await process.WaitForExitAsync(stop.Token);
            if (process.ExitCode != 0)
            {
                LogFailed(process.ExitCode, await errors);
                throw Refused(await errors);
            }

            return PdfText.Parse(text);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new McpException($"The PDF took longer than {Patience.TotalSeconds} s to read and was given up. Split it and ingest the parts.", exception);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private ProcessStartInfo Command(string program)
    {
        // util-linux's prlimit sets the bounds before the program begins.
        var bounds = folders.Find("prlimit") is { } prlimit ? (string[])[prlimit, $"--as={MaxMemory}", $"--cpu={Patience.TotalSeconds:0}", "--core=0", "--"] : [];
        string[] command = [.. bounds, program, "-enc", "UTF-8", "-htmlmeta", "-", "-"];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment.Clear();
        start.Environment["PATH"] = folders.Path;
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }

    private static async Task WriteAsync(Stream input, byte[] pdf, CancellationToken cancellationToken)
    {
        try
        {
            await using (input)
            {
                await input.WriteAsync(pdf, cancellationToken);
            }
        }
        catch (IOException)
        {
            // It has seen enough and closed its end; its exit code tells the rest.
        }
    }

    /// <summary>A damaged file makes many errors: all are read, so that the program does not wait, and the first kept.</summary>
    private static async Task<string> ReadStartAsync(Stream stream, CancellationToken cancellationToken)
    {
        var start = "";
        var buffer = new byte[MaxErrorText];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            start = start.Length < MaxErrorText ? start + Encoding.UTF8.GetString(buffer, 0, count) : start;
        }

        return start;
    }

    /// <summary>Null: it was more than may be; the rest is left unread.</summary>
    private static async Task<string?> ReadAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (read.Length + count > most)
            {
                stream.Close();
                return null;
            }

            read.Write(buffer, 0, count);
        }

        return Encoding.UTF8.GetString(read.GetBuffer(), 0, (int)read.Length);
    }

    private static McpException Refused(string errors) => errors.Contains("password", StringComparison.OrdinalIgnoreCase)
        ? new McpException("The PDF is protected by a password. Save it without one and ingest that.")
        : new McpException("The PDF cannot be read: it is damaged, too complex, or no PDF. Open it in a viewer and save it again, or ingest its text.");

    [LoggerMessage(LogLevel.Information, "pdftotext ended with {ExitCode}: {Errors}", EventName = "pdf_unreadable")]
    private partial void LogFailed(int exitCode, string errors);
}
