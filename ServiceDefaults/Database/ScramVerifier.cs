using System.Security.Cryptography;
using System.Text;

namespace ServiceDefaults.Database;

/// <summary>
/// What PostgreSQL stores for a password (RFC 5803), made here so that the password itself reaches neither the server's
/// statement log nor pg_stat_statements: <c>SCRAM-SHA-256$4096:salt$StoredKey:ServerKey</c>.
/// </summary>
internal static class ScramVerifier
{
    private const int Iterations = 4096;
    private const int SaltBytes = 16;

    public static string Create(string password) => Create(password, RandomNumberGenerator.GetBytes(SaltBytes), Iterations);

    /// <summary>Whether a stored verifier was made from this password; false for other kinds of stored passwords.</summary>
    public static bool IsFor(string? verifier, string password)
    {
        var parts = verifier?.Split('$', ':');
        if (parts is not ["SCRAM-SHA-256", var iterations, var salt, _, _] || !int.TryParse(iterations, out var count))
        {
            return false;
        }

        var expected = Create(password, Convert.FromBase64String(salt), count);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(verifier!));
    }

    private static string Create(string password, byte[] salt, int iterations)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, outputLength: 32);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }
}
