using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpModules;
using ModelContextProtocol.Server;

namespace McpWorker.Tests.Arguments;

/// <summary>A module whose tool has bounds of every kind, and that counts its runs.</summary>
[McpServerToolType]
internal sealed class StrictModule : Module
{
    private int _runs;

    public enum Colour
    {
        Red,
        Green,
    }

    public override string Name => "strict";

    public int Runs => _runs;

    [McpServerTool(Name = "book"), Description("Books a table.")]
    public string Book(
        [Description("Who comes."), StringLength(20, MinimumLength = 1)] string name,
        [Description("How many."), Range(1, 12)] int guests = 2,
        [Description("When.")] DateTimeOffset? at = null,
        [Description("Of the cloth.")] Colour colour = Colour.Red,
        [Description("Wishes."), MaxLength(3)] string[]? wishes = null,
        [Description("More.")] Options? options = null)
    {
        Interlocked.Increment(ref _runs);
        return $"{name}, {guests}, {at:O}, {colour}, {wishes?.Length}, {options?.Depth}";
    }

    internal sealed record Options(int Depth, Options? Inner = null);
}
