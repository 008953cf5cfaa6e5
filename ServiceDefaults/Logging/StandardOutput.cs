namespace ServiceDefaults.Logging;

internal sealed class StandardOutput(Stream stream) : ILogOutput
{
    public void Write(ReadOnlySpan<byte> lines, int count)
    {
        try
        {
            stream.Write(lines);
            stream.Flush();
        }
        catch (IOException)
        {
            // Nobody reads standard output any more.
        }
    }
}
