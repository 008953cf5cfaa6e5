using System.Security.Cryptography;
using System.Text;
using BackupService.Encryption;

namespace BackupService.Tests.Encryption;

public sealed class ChunkedEncryptionTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] Salt = [.. Enumerable.Range(100, 24).Select(i => (byte)i)];
    private static readonly byte[] Context = Encoding.ASCII.GetBytes("mcp-backup/v1/20260131_235959/db.dump.enc");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Made with an independent implementation of the published format, in another language on another library.
    [Theory]
    [InlineData("", "6465666768696a6b6c6d6e6f707172737475767778797a7baf2e6626429b5aa4789028cd88d2a69227f73a28be366a998934463168bb1c47fc4f7eb5cf9ff0af0c481b588b3403bb")]
    [InlineData("one short message", "6465666768696a6b6c6d6e6f707172737475767778797a7baf2e6626429b5aa4789028cd88d2a69227f73a28be366a998934463168bb1c47715f1d7de55b921c33ef5869630c02e5d1740da6886e5e480f2f80f39c3313f68a")]
    [Trait("Requirement", "S-271")]
    public async Task A_short_message_becomes_the_published_bytes(string message, string expected)
    {
        var encrypted = await EncryptAsync(Encoding.ASCII.GetBytes(message));

        Assert.Equal(expected, Convert.ToHexStringLower(encrypted));
    }

    [Theory]
    [InlineData(16383, 16455, "1b39c9809c4f43cbe9640a07169fc0ebed4ffaf679c0c2aa0c97edb16d718f35")]
    [InlineData(16384, 16472, "943bd16aaab8136ae8374cd0d85b632d88b704c6004adb521c2f145f302340ae")]
    [InlineData(16385, 16473, "cf83c29171c85a8edf7a195ef12a3a3b4f925cc37935a79bd8c4133ffa866f5e")]
    [InlineData(20000, 20088, "0b274a3f088e225ff87a21724f84e5356ddccaa758cbc7d92b368ff0f96b2b6a")]
    [InlineData(49152, 49272, "b888092f2ce4b1f0337dc838d43d204f59d6d8ac15016710dc9dc702d707fd3c")]
    public async Task A_message_of_several_chunks_becomes_the_published_bytes(int length, int encryptedLength, string sha256)
    {
        var encrypted = await EncryptAsync(Message(length));

        Assert.Equal(encryptedLength, encrypted.Length);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(encrypted)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16384)]
    [InlineData(40000)]
    public async Task What_was_encrypted_comes_back(int length)
    {
        var decrypted = await DecryptAsync(await EncryptAsync(Message(length)));

        Assert.Equal(Message(length), decrypted);
    }

    [Fact]
    public async Task Every_changed_byte_is_refused()
    {
        var encrypted = await EncryptAsync(Message(16390));

        // Every byte of prefix and last chunk, and a sample of the long first chunk.
        foreach (var position in Enumerable.Range(0, encrypted.Length).Where(i => i < 80 || i > encrypted.Length - 40 || i % 97 == 0))
        {
            byte[] changed = [.. encrypted];
            changed[position] ^= 1;

            var refusal = await Assert.ThrowsAsync<EncryptedFileException>(() => DecryptAsync(changed));
            Assert.Equal(EncryptedFileFault.Changed, refusal.Fault);
        }
    }

    [Fact]
    public async Task Every_shorter_message_is_refused()
    {
        var encrypted = await EncryptAsync(Message(16390));

        foreach (var length in Enumerable.Range(0, encrypted.Length).Where(i => i < 80 || i > encrypted.Length - 40 || i % 97 == 0))
        {
            await Assert.ThrowsAsync<EncryptedFileException>(() => DecryptAsync(encrypted[..length]));
        }
    }

    [Fact]
    public async Task A_message_cut_between_chunks_is_named_truncated()
    {
        var encrypted = await EncryptAsync(Message(3 * 16384));
        var firstTwoChunks = encrypted[..(56 + (2 * 16400))];

        var refusal = await Assert.ThrowsAsync<EncryptedFileException>(() => DecryptAsync(firstTwoChunks));

        Assert.Equal(EncryptedFileFault.Truncated, refusal.Fault);
    }

    [Fact]
    public async Task Swapped_chunks_are_refused()
    {
        var encrypted = await EncryptAsync(Message(3 * 16384));
        byte[] swapped = [.. encrypted[..56], .. encrypted[(56 + 16400)..(56 + 32800)], .. encrypted[56..(56 + 16400)], .. encrypted[(56 + 32800)..]];

        await Assert.ThrowsAsync<EncryptedFileException>(() => DecryptAsync(swapped));
    }

    [Fact]
    public async Task Bytes_after_the_end_are_refused()
    {
        var encrypted = await EncryptAsync(Message(100));

        await Assert.ThrowsAsync<EncryptedFileException>(() => DecryptAsync([.. encrypted, 0]));
    }

    [Fact]
    public async Task Another_key_and_another_context_are_refused_before_any_byte_is_handed_out()
    {
        var encrypted = await EncryptAsync(Message(100));
        byte[] otherKey = [.. Key.Reverse()];

        await Assert.ThrowsAsync<EncryptedFileException>(() => DecryptingStream.StartAsync(new MemoryStream(encrypted), otherKey, Context, Token));
        await Assert.ThrowsAsync<EncryptedFileException>(() => DecryptingStream.StartAsync(new MemoryStream(encrypted), Key, [1], Token));
    }

    [Fact]
    public async Task A_writer_that_never_finished_leaves_a_truncated_message()
    {
        using var destination = new MemoryStream();
        await using (var encrypting = await EncryptingStream.StartAsync(destination, Key, Salt, Context, Token))
        {
            await encrypting.WriteAsync(Message(16384), Token);
        }

        var refusal = await Assert.ThrowsAsync<EncryptedFileException>(() => DecryptAsync(destination.ToArray()));

        Assert.Equal(EncryptedFileFault.Truncated, refusal.Fault);
    }

    private static byte[] Message(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((i * 7) + (i / 251)))];

    private static async Task<byte[]> EncryptAsync(byte[] message)
    {
        using var destination = new MemoryStream();
        await using var encrypting = await EncryptingStream.StartAsync(destination, Key, Salt, Context, Token);
        await encrypting.WriteAsync(message, Token);
        await encrypting.FinishAsync(Token);
        return destination.ToArray();
    }

    private static async Task<byte[]> DecryptAsync(byte[] encrypted)
    {
        using var plain = new MemoryStream();
        await using var decrypting = await DecryptingStream.StartAsync(new MemoryStream(encrypted), Key, Context, Token);
        await decrypting.CopyToAsync(plain, Token);
        return plain.ToArray();
    }
}
