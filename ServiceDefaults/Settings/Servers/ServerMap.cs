using System.Text;
using System.Text.Json;
using ServiceDefaults.Logging.Redaction;
using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Loading;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Servers;

/// <summary>Checks what is written under <c>servers</c> and brings it into one form: JSON with the right types, in an order of its own.</summary>
internal sealed class ServerMap(SettingProblems problems)
{
    private const string Path = "servers";
    private const int MaxServers = 64;
    private const int MaxLength = 8 * 1024;

    /// <summary>The map as text, empty when there is no server; servers with errors are left out of it.</summary>
    public string Read(IReadOnlyDictionary<string, RawSetting> leaves)
    {
        if (leaves.TryGetValue("", out var whole))
        {
            Refuse("", "", whole, "is not a map of servers", "Write each server's name with its settings below it.");
            return "";
        }

        var servers = leaves.GroupBy(leaf => NameOf(leaf.Key), StringComparer.Ordinal).OrderBy(server => server.Key, StringComparer.Ordinal).ToList();
        if (servers.Count > MaxServers)
        {
            problems.Refuse(Path, $"names {servers.Count} servers; the bound is {MaxServers} for a worker", servers[MaxServers].First().Value.Source, "Serve the others by another group of workers, or behind a server of your own.");
        }

        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = SettingsJson.Relaxed.Encoder }))
        {
            writer.WriteStartObject();
            foreach (var server in servers)
            {
                var known = problems.Errors.Count;
                var keys = Keys(server.Key, server);
                if (problems.Errors.Count == known)
                {
                    writer.WritePropertyName(server.Key);
                    Write(writer, keys);
                }
            }

            writer.WriteEndObject();
        }

        return servers.Count == 0 ? "" : Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>The keys of one server, each checked by itself, then together.</summary>
    private SortedDictionary<string, object> Keys(string server, IEnumerable<KeyValuePair<string, RawSetting>> leaves)
    {
        var keys = new SortedDictionary<string, object>(StringComparer.Ordinal);
        var places = new Dictionary<string, RawSetting>(StringComparer.Ordinal);
        var first = leaves.First().Value;
        if (!ServerNames.IsValid(server))
        {
            Refuse(server, "", first, "is no name of a server; the bound is 1 to 24 of a-z, 0-9 and '-'", "Choose such a name; tools are called name__tool.");
        }

        foreach (var (path, raw) in leaves)
        {
            var key = path.Length > server.Length ? path[(server.Length + 1)..] : "";
            if (key.Length == 0)
            {
                if (raw.Text.Length > 0 || raw.IsMalformed)
                {
                    Refuse(server, "", raw, "holds a value; the bound is settings of a server below its name", "Write `command:` or `url:` below it.");
                    return keys;
                }

                continue;
            }

            places[key] = raw;
            if (ValueOf(server, key, raw) is { } value)
            {
                keys[key] = value;
            }
        }

        Together(server, places, first);
        return keys;
    }

    private object? ValueOf(string server, string key, RawSetting raw)
    {
        if (key.StartsWith(ServerKeys.Environment + ".", StringComparison.Ordinal))
        {
            return Variable(server, key, raw);
        }

        if (!ServerKeys.All.TryGetValue(key, out var known))
        {
            if (ServerKeys.Groups.Contains(key, StringComparer.Ordinal) && raw.Text.Length == 0 && !raw.IsMalformed)
            {
                return null;
            }

            var near = NearestName.Of(key, ServerKeys.All.Keys) is { } nearest ? $" Did you mean {nearest}?" : "";
            var group = ServerKeys.Groups.Contains(key, StringComparer.Ordinal);
            Refuse(server, key, raw, group ? "holds a value, but is a group of settings" : "is no setting of a server", group ? $"Write what belongs to {key} below it." : $"Take it out.{near}");
            return null;
        }

        if (known.Value == ServerValue.Map)
        {
            if (raw.Text.Length > 0 || raw.IsMalformed)
            {
                Refuse(server, known, raw);
            }

            return null;
        }

        var isList = known.Value is ServerValue.List or ServerValue.Folders;
        if (raw.IsMalformed || (raw.Text.Length == 0 && !isList) || raw.Text.Length > MaxLength || SecretReferences.IsBroken(raw.Text))
        {
            Refuse(server, known, raw);
            return null;
        }

        var value = ServerValues.Read(known, raw.Text);
        if (value is null)
        {
            Refuse(server, known, raw);
        }

        return value;
    }

    private string? Variable(string server, string key, RawSetting raw)
    {
        var name = key[(ServerKeys.Environment.Length + 1)..];
        if (!SecretReferences.IsVariable(name) || raw.IsMalformed || raw.Text.Length > MaxLength || SecretReferences.IsBroken(raw.Text) || raw.Text.Contains('\0', StringComparison.Ordinal))
        {
            Refuse(server, key, raw, "is no variable; the bound is NAME: text, the name of A-Z, a-z, 0-9 and _", "Write NAME: value, or NAME: ${NAME} for a secret of the worker.");
            return null;
        }

        if (raw.Text.Length > 0 && SecretNames.IsSecret(name) && !SecretReferences.Has(raw.Text))
        {
            Refuse(server, key, raw, "has the name of a secret and holds it in clear; secrets never stand in files of settings", $"Write ${{{name}}}, and give the worker {name} or {name}_FILE.");
            return null;
        }

        return raw.Text;
    }

    private void Together(string server, Dictionary<string, RawSetting> places, RawSetting first)
    {
        var (command, url) = (places.GetValueOrDefault(ServerKeys.Command), places.GetValueOrDefault(ServerKeys.Url));
        if ((command is null) == (url is null))
        {
            Refuse(server, "", command ?? first,
                command is null ? "has neither command nor url" : $"has both command and url ({url!.Source})",
                "Write `command:` for a server that the worker starts, or `url:` for one that it reaches.");
            return;
        }

        var form = command is null ? ServerForm.Upstream : ServerForm.Hosted;
        foreach (var (key, raw) in places)
        {
            var name = key.StartsWith(ServerKeys.Environment + ".", StringComparison.Ordinal) ? ServerKeys.Environment : key;
            if (ServerKeys.All.TryGetValue(name, out var known) && known.Form is not ServerForm.Either && known.Form != form)
            {
                Refuse(server, key, raw, $"belongs to a server with {(form == ServerForm.Hosted ? "url" : "command")}, and this one has {(form == ServerForm.Hosted ? "command" : "url")}", "Take it out.");
            }
        }

        var shown = ServerKeys.Credentials.Where(credential => places.Keys.Any(key => key == credential || key.StartsWith(credential + ".", StringComparison.Ordinal))).ToList();
        if (shown.Count > 1)
        {
            Refuse(server, shown[1], places.First(place => place.Key.StartsWith(shown[1], StringComparison.Ordinal)).Value, $"stands beside {shown[0]}; the bound is one credential", "Keep one of them.");
        }

        Whole(server, places, "header", ["name", "value"]);
        Whole(server, places, "oauth", ["token_url", "client_id", "client_secret"]);
    }

    private void Whole(string server, Dictionary<string, RawSetting> places, string group, string[] needed)
    {
        var some = places.FirstOrDefault(place => place.Key.StartsWith(group + ".", StringComparison.Ordinal)).Value;
        foreach (var name in needed.Where(name => some is not null && !places.ContainsKey($"{group}.{name}")))
        {
            Refuse(server, group, some!, $"lacks {name}", $"Write {string.Join(", ", needed)} below {group}.");
        }
    }

    private void Refuse(string server, ServerKey key, RawSetting raw)
    {
        var isClear = key.Value == ServerValue.Secret && !raw.IsMalformed && raw.Text.Length > 0 && !SecretReferences.Has(raw.Text);
        Refuse(
            server, key.Name, raw,
            isClear ? "holds a secret in clear; secrets never stand in files of settings" : $"is not {key.Bound}",
            isClear ? "Write ${NAME}, and give the worker NAME or NAME_FILE." : $"{key.Name}: {key.Meaning}; {key.Bound}.");
    }

    private void Refuse(string server, string key, RawSetting raw, string problem, string cure) =>
        problems.Refuse(string.Join('.', new[] { Path, server, key }.Where(part => part.Length > 0)), problem, raw.Source, cure);

    private static string NameOf(string path) => path.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? path[..dot] : path;

    private static void Write(Utf8JsonWriter writer, SortedDictionary<string, object> keys)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in keys.Where(key => !key.Key.Contains('.', StringComparison.Ordinal)))
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, value, value.GetType(), SettingsJson.Relaxed);
        }

        foreach (var group in keys.Where(key => key.Key.Contains('.', StringComparison.Ordinal)).GroupBy(key => NameOf(key.Key), StringComparer.Ordinal))
        {
            writer.WriteStartObject(group.Key);
            foreach (var (name, value) in group)
            {
                writer.WriteString(name[(group.Key.Length + 1)..], (string)value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
