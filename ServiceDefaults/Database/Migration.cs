using System.Security.Cryptography;
using System.Text;

namespace ServiceDefaults.Database;

/// <summary>One step of the schema: a file <c>Migrations/NNN_name.sql</c> of the service that owns the tables.</summary>
/// <param name="Number">Place in the order, unique over all services.</param>
/// <param name="Service">Schema the step belongs to: gateway, worker or backup.</param>
public sealed record Migration(int Number, string Service, string Name, string Sql)
{
    /// <summary>SHA-256 of the text with Unix line endings, so that a checkout on Windows has the same.</summary>
    public string Checksum => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n").TrimStart('\uFEFF'))));

    public override string ToString() => $"{Number:000}_{Name} ({Service})";
}
