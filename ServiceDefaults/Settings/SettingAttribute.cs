namespace ServiceDefaults.Settings;

/// <summary>
/// One operator-facing setting: the environment key and everything derived from it (YAML path, aliases, <c>KEY_FILE</c>,
/// <c>.env.example</c>, <c>config show</c>). The property's initial value is the default, its
/// <see cref="System.ComponentModel.DataAnnotations.ValidationAttribute"/>s are the bounds, its summary the comment.
/// </summary>
/// <param name="name">The environment key, for example <c>MCP_PORT</c>.</param>
/// <param name="description">What it does, its unit and its range, in one or two sentences.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string name, string description) : Attribute
{
    public string Name { get; } = name;

    public string Description { get; } = description;

    /// <summary>Path in configs/*.yaml, with dots: <c>server.port</c>. Null: not settable in YAML.</summary>
    public string? Yaml { get; init; }

    /// <summary>Below <see cref="Yaml"/> stands a map with names of the operator's; the value is its JSON.</summary>
    public bool IsMap { get; init; }

    /// <summary>The services for which <see cref="Yaml"/> counts. All services of a machine share the YAML files, so a port there is one service's.</summary>
    public SettingUsers YamlFor { get; init; } = SettingUsers.Everyone;

    /// <summary>Other environment keys that mean the same; <see cref="Name"/> wins when both are set (S-051).</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>
    /// Shells and other programs use the aliases too, in another meaning (tcsh: HOST is the machine's name): a value that is
    /// out of bounds there is ignored with a warning. Under <see cref="Name"/> it is refused as ever.
    /// </summary>
    public bool AliasesAreShared { get; init; }

    /// <summary>Short command-line option without its dashes, beside <c>--KEY=value</c>: <c>log-level</c> (S-032).</summary>
    public string? Option { get; init; }

    /// <summary>Value shown in <c>.env.example</c> when the default says too little there. Null: the default itself.</summary>
    public string? Example { get; init; }

    /// <summary>Never printed, masked in <c>config show</c>, refused in production when weak (S-046).</summary>
    public bool Secret { get; init; }

    /// <summary>Takes effect while running; all others need a restart (S-048, S-050).</summary>
    public bool HotReload { get; init; }

    /// <summary>Accepted, and without effect in this version; a value other than the default is remarked on.</summary>
    public bool Reserved { get; init; }

    /// <summary>
    /// It promises protection that this version does not give, so every value but the default is refused. What an operator
    /// can do in its place.
    /// </summary>
    public string? Unenforced { get; init; }

    /// <summary>The executables that read it.</summary>
    public SettingUsers UsedBy { get; init; } = SettingUsers.All;
}

/// <summary>Which executables read a setting.</summary>
[Flags]
public enum SettingUsers
{
    None = 0,
    Gateway = 1,
    Worker = 2,
    Backup = 4,
    AppHost = 8,
    All = Gateway | Worker | Backup,
    Everyone = All | AppHost,
}
