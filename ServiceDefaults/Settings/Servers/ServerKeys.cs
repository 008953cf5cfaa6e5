using System.Collections.Frozen;

namespace ServiceDefaults.Settings.Servers;

/// <summary>What may stand under a server's name, and what it may hold.</summary>
internal static class ServerKeys
{
    public const string Command = "command";
    public const string Url = "url";

    /// <summary>Names below it are the operator's.</summary>
    public const string Environment = "env";

    public static FrozenDictionary<string, ServerKey> All { get; } = new ServerKey[]
    {
        new(Command, ServerForm.Hosted, ServerValue.Text, "the program to start, found on PATH or as an absolute path"),
        new("args", ServerForm.Hosted, ServerValue.List, "its arguments, a list"),
        new(Environment, ServerForm.Hosted, ServerValue.Map, "its environment, NAME: value"),
        new("cwd", ServerForm.Hosted, ServerValue.Folder, "its working folder"),
        new("readable", ServerForm.Hosted, ServerValue.Folders, "folders it may read that the sandbox would hide, a list"),
        new("writable", ServerForm.Hosted, ServerValue.Folders, "folders it may write to, a list"),
        new("instances", ServerForm.Hosted, ServerValue.Number, "processes in each worker", 1, 16),
        new("sandbox", ServerForm.Hosted, ServerValue.Choice, "how it is kept from the worker") { Choices = ["auto", "bwrap", "uid", "none"] },
        new("network", ServerForm.Hosted, ServerValue.Flag, "whether it may open network connections"),
        new("memory_mb", ServerForm.Hosted, ServerValue.Number, "MiB of memory it may use", 16, 1_048_576),
        new("max_processes", ServerForm.Hosted, ServerValue.Number, "processes and threads it may have", 8, 100_000),
        new("max_open_files", ServerForm.Hosted, ServerValue.Number, "files each of its processes may have open", 32, 1_048_576),
        new("max_message_bytes", ServerForm.Either, ServerValue.Number, "bytes of its largest message", 1024, 268_435_456),
        new("start_timeout", ServerForm.Hosted, ServerValue.Number, "seconds to its answer to the handshake", 1, 600),
        new("idle_timeout", ServerForm.Hosted, ServerValue.Number, "seconds without a call after which it is stopped, 0 for never", 0, 86_400),
        new(Url, ServerForm.Upstream, ServerValue.Url, "its address"),
        new("bearer", ServerForm.Upstream, ServerValue.Secret, "a token it is shown"),
        new("header.name", ServerForm.Upstream, ServerValue.HeaderName, "name of a header it is sent"),
        new("header.value", ServerForm.Upstream, ServerValue.Secret, "value of that header"),
        new("oauth.token_url", ServerForm.Upstream, ServerValue.Url, "where its access tokens come from"),
        new("oauth.client_id", ServerForm.Upstream, ServerValue.Text, "the client it is called as"),
        new("oauth.client_secret", ServerForm.Upstream, ServerValue.Secret, "the secret of that client"),
        new("oauth.scope", ServerForm.Upstream, ServerValue.Text, "the scope asked for"),
        new("allow_private_address", ServerForm.Upstream, ServerValue.Flag, "whether its address may be private, loopback or link-local"),
        new("exclusive", ServerForm.Either, ServerValue.Flag, "whether each instance takes one call at a time"),
        new("timeout", ServerForm.Either, ServerValue.Number, "seconds a call may take, where MCP_MODULE_TIMEOUT does not end it before", 1, 3600),
    }.ToFrozenDictionary(key => key.Name, StringComparer.Ordinal);

    /// <summary>Ways to show who the worker is; a server has at most one.</summary>
    public static IReadOnlyList<string> Credentials { get; } = ["bearer", "header", "oauth"];

    public static IReadOnlyList<string> Groups { get; } = ["header", "oauth", Environment];
}

/// <param name="Name">As it stands under the server's name; with a dot below a group.</param>
/// <param name="Meaning">Completes a sentence that begins with "it is".</param>
internal sealed record ServerKey(string Name, ServerForm Form, ServerValue Value, string Meaning, long Least = 0, long Most = 0)
{
    public IReadOnlyList<string> Choices { get; init; } = [];

    public string Bound => Value switch
    {
        ServerValue.Number => $"a whole number from {Least} to {Most}",
        ServerValue.Flag => "true or false",
        ServerValue.Choice => string.Join(", ", Choices),
        ServerValue.List => "a list of texts",
        ServerValue.Folders => "a list of absolute paths",
        ServerValue.Url => "an absolute http or https URL without a user, a password or a fragment",
        ServerValue.Folder => "an absolute path",
        ServerValue.Map => "NAME: value pairs",
        ServerValue.HeaderName => "the name of an HTTP header that is not the transport's own",
        ServerValue.Secret => "a reference such as ${NAME}",
        _ => "text without line breaks",
    };
}

internal enum ServerForm
{
    Either,
    Hosted,
    Upstream,
}

internal enum ServerValue
{
    Text,
    List,
    Map,
    Folder,
    Folders,
    Number,
    Flag,
    Choice,
    Url,
    HeaderName,

    /// <summary>Text with a reference in it: a secret never stands in a file of settings.</summary>
    Secret,
}
