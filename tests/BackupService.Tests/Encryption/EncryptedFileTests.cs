using System.Text;
using BackupService.Encryption;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace BackupService.Tests.Encryption;

public sealed class EncryptedFileTests
{
    private const string Set = "20260131_235959";
    private const string File = "db_20260131_235959.dump.enc";

    private static readonly byte[] Message = [.. Enumerable.Range(0, 20_000).Select(i => (byte)i)];

    private readonly PassphraseKeys _keys = Keys("the right passphrase of a test");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-271")]
    public async Task A_file_opens_with_the_passphrase_alone()
    {
        var file = await WriteAsync();

        Assert.Equal(Message, await ReadAsync(file, Keys("the right passphrase of a test")));
    }

    [Fact]
    public async Task Another_passphrase_is_named_as_the_reason()
    {
        var file = await WriteAsync();

        var refusal = await Assert.ThrowsAsync<EncryptedFileException>(() => ReadAsync(file, Keys("not the right passphrase")));

        Assert.Equal(EncryptedFileFault.WrongKey, refusal.Fault);
        Assert.Equal(BackupFailure.WrongKey, refusal.Failure);
    }

    [Fact]
    public async Task A_changed_header_is_refused()
    {
        var file = await WriteAsync();
        var header = Encoding.ASCII.GetString(file).IndexOf("\n--- ", StringComparison.Ordinal) + 70;

        foreach (var position in Enumerable.Range(0, header).Where(i => i % 3 == 0))
        {
            byte[] changed = [.. file];
            changed[position] ^= 1;

            await Assert.ThrowsAsync<EncryptedFileException>(() => ReadAsync(changed, _keys));
        }
    }

    [Fact]
    public async Task A_file_of_another_set_or_path_is_refused()
    {
        var file = await WriteAsync();

        await Assert.ThrowsAsync<EncryptedFileException>(() => EncryptedFile.OpenAsync(new MemoryStream(file), _keys, "20260131_235959-1", File, Token));
        await Assert.ThrowsAsync<EncryptedFileException>(() => EncryptedFile.OpenAsync(new MemoryStream(file), _keys, Set, "other.enc", Token));
    }

    [Fact]
    public async Task A_truncated_file_is_refused()
    {
        var file = await WriteAsync();

        foreach (var length in new[] { 0, 3, 7, 100, 300, 20_000, file.Length - 1 })
        {
            await Assert.ThrowsAsync<EncryptedFileException>(() => ReadAsync(file[..length], _keys));
        }
    }

    [Theory]
    [InlineData("pbkdf2-sha512", 219_999)]
    [InlineData("pbkdf2-sha512", 880_001)]
    [InlineData("scrypt", 220_000)]
    public void A_key_derivation_that_is_too_weak_too_costly_or_unknown_is_refused(string kdf, int iterations)
    {
        var parameters = new PassphraseParameters(kdf, Convert.ToBase64String(new byte[16]), iterations);

        var refusal = Assert.Throws<EncryptedFileException>(() => PassphraseKey.Derive("any", parameters));

        Assert.Equal(EncryptedFileFault.NotOurs, refusal.Fault);
    }

    [Fact]
    public async Task Each_file_has_a_key_of_its_own()
    {
        Assert.NotEqual(await WriteAsync(), await WriteAsync());
    }

    private static PassphraseKeys Keys(string passphrase) => new(Options.Create(new StorageOptions { BackupPassphrase = passphrase }));

    private async Task<byte[]> WriteAsync()
    {
        using var destination = new MemoryStream();
        await using var encrypting = await EncryptedFile.CreateAsync(destination, _keys.Create(), Set, File, Token);
        await encrypting.WriteAsync(Message, Token);
        await encrypting.FinishAsync(Token);
        return destination.ToArray();
    }

    private static async Task<byte[]> ReadAsync(byte[] file, PassphraseKeys keys)
    {
        using var plain = new MemoryStream();
        await using var decrypting = await EncryptedFile.OpenAsync(new MemoryStream(file), keys, Set, File, Token);
        await decrypting.CopyToAsync(plain, Token);
        return plain.ToArray();
    }
}
