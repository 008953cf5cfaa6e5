namespace ServiceDefaults.Settings;

/// <summary>Heading and place of an options class in <c>.env.example</c> and <c>config show</c>.</summary>
/// <param name="title">Heading.</param>
/// <param name="order">Place; lower comes first. Classes without this attribute come last, by name.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SettingsGroupAttribute(string title, int order) : Attribute
{
    public string Title { get; } = title;

    public int Order { get; } = order;
}
