using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration.UserSecrets;

namespace Aspire.Hosting;

/// <summary>The user secrets file of the AppHost: generated passwords and fixed ports survive a run in it.</summary>
internal sealed class UserSecrets(string? path)
{
    private readonly Lock _lock = new();

    /// <summary>The file; null when the AppHost has no <c>UserSecretsId</c>.</summary>
    public string? Path { get; } = path;

    public static UserSecrets Of(Assembly? appHost) =>
        new(appHost?.GetCustomAttribute<UserSecretsIdAttribute>() is { } id ? PathHelper.GetSecretsPathFromSecretsId(id.UserSecretsId) : null);

    /// <summary>The value kept under a key such as <c>Parameters:redis-password</c>; a new one is kept first.</summary>
    public string GetOrAdd(string key, Func<string> make)
    {
        lock (_lock)
        {
            var kept = Read();

            if (kept[key]?.GetValue<string>() is { Length: > 0 } value)
            {
                return value;
            }

            var made = make();
            kept[key] = made;
            Write(kept);
            return made;
        }
    }

    private JsonObject Read() => Path is not null && File.Exists(Path)
        ? JsonNode.Parse(File.ReadAllText(Path), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }) as JsonObject ?? []
        : [];

    private void Write(JsonObject content)
    {
        if (Path is null)
        {
            return;
        }

        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };

        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // A rename, so that two AppHosts at once never leave half a file.
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var next = $"{Path}.{Environment.ProcessId}";

        using (var file = new StreamWriter(next, options))
        {
            file.Write(content.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        }

        File.Move(next, Path, overwrite: true);
    }
}
