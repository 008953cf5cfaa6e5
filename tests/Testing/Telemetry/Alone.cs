namespace Testing;

/// <summary>Name of the collection whose tests run while no other test of their assembly does.</summary>
public static class Alone
{
    public const string Name = "alone";
}
