using System.CommandLine;
using System.Security.Cryptography;
using ServiceDefaults.Commands;

namespace McpGateway.Commands;

/// <summary>The verb <c>generate-secrets</c>: fresh random values for every secret the services need (S-080).</summary>
internal static class GenerateSecretsCommand
{
    private static readonly (string Key, int Bytes)[] Secrets =
    [
        ("MCP_JWT_SECRET", 64),
        ("MCP_API_KEY_SALT", 32),
        ("MCP_INTERNAL_SECRET", 32),
        ("MCP_DATABASE_PASSWORD", 24),
    ];

    public static Command Create()
    {
        var output = new Option<string?>("--out") { Description = "Env file the lines are added to; it gets mode 0600. Without it they are printed." };
        var command = new Command(
            "generate-secrets",
            $"Makes the secrets, one KEY=base64 line each. Exit codes: 0 done, {ServiceCommands.Failed} the file has one of them already, or cannot be written.")
        {
            output,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string? path, CancellationToken cancellationToken)
    {
        var lines = string.Concat(Secrets.Select(secret => $"{secret.Key}={Convert.ToBase64String(RandomNumberGenerator.GetBytes(secret.Bytes))}\n"));
        if (path is null)
        {
            await parsed.InvocationConfiguration.Output.WriteAsync(lines);
            return 0;
        }

        try
        {
            var present = File.Exists(path) ? await File.ReadAllLinesAsync(path, cancellationToken) : [];
            var duplicates = Secrets.Select(secret => secret.Key).Where(key => present.Any(line => Names(line, key))).ToList();
            if (duplicates.Count > 0)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(
                    $"{path} has {string.Join(", ", duplicates)} already; nothing was changed. Remove them first to replace them.");
                return ServiceCommands.Failed;
            }

            var needsNewLine = present.Length > 0 && !(await File.ReadAllTextAsync(path, cancellationToken)).EndsWith('\n');
            PrivateFile.Append(path, (needsNewLine ? "\n" : "") + lines);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"{path} was not written: {exception.Message}");
            return ServiceCommands.Failed;
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync($"Added {string.Join(", ", Secrets.Select(secret => secret.Key))} to {path}.");
        return 0;
    }

    private static bool Names(string line, string key)
    {
        var text = line.AsSpan().Trim();
        if (text.StartsWith("export "))
        {
            text = text[7..].TrimStart();
        }

        return text.StartsWith(key, StringComparison.Ordinal) && text[key.Length..].TrimStart().StartsWith("=");
    }
}
