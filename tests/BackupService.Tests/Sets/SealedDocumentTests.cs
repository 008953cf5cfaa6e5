using BackupService.Sets;

namespace BackupService.Tests.Sets;

public sealed class SealedDocumentTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly SetVerification Document = new("20260131_235959", DateTimeOffset.UnixEpoch, 1.5, "a \"fault\" with ümlauts");

    [Fact]
    [Trait("Requirement", "S-271")]
    public void A_sealed_document_comes_back()
    {
        var read = SealedDocument.Parse(Write(), SetJson.Default.SetVerification)!;

        Assert.True(read.IsAuthentic(Key));
        Assert.Equal(Document, read.Claimed);
    }

    [Fact]
    public void Every_changed_missing_or_added_byte_is_noticed()
    {
        var file = Write();

        for (var position = 0; position < file.Length; position++)
        {
            byte[] changed = [.. file];
            changed[position] ^= 1;
            Assert.False(IsAccepted(changed), $"byte {position} changed");
            Assert.False(IsAccepted(file[..position]), $"cut at byte {position}");
            Assert.False(IsAccepted([.. file[..position], (byte)' ', .. file[position..]]), $"space added at byte {position}");
        }

        Assert.False(IsAccepted([.. file, (byte)'\n']));
    }

    [Fact]
    public void Another_key_does_not_accept_it()
    {
        Assert.False(SealedDocument.Parse(Write(), SetJson.Default.SetVerification)!.IsAuthentic(new byte[32]));
    }

    [Fact]
    public void A_document_of_another_kind_does_not_pass_for_it()
    {
        var content = "{}"u8.ToArray();

        Assert.NotEqual(
            SealedDocument.Mac(content, SetManifest.FileName, Key), SealedDocument.Mac(content, SetVerification.FileName, Key));
    }

    private static byte[] Write() => SealedDocument.Write(Document, SetJson.Default.SetVerification, Key);

    private static bool IsAccepted(byte[] file) => SealedDocument.Parse(file, SetJson.Default.SetVerification)?.IsAuthentic(Key) == true;
}
