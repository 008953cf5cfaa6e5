using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.Authentication;

/// <summary>
/// Hashes API keys under a key derived from MCP_API_KEY_SALT. A plain keyed hash is enough: the secret part is random,
/// so there is nothing to guess that a slow hash would protect.
/// </summary>
internal sealed class ApiKeyHasher(IOptions<AuthenticationOptions> options)
{
    private readonly byte[] _pepper = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.Value.ApiKeySalt), outputLength: 32, info: "mcp-api-key-v1"u8.ToArray());

    public byte[] Hash(string key) => HMACSHA256.HashData(_pepper, Encoding.ASCII.GetBytes(key));
}
