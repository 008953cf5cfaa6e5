namespace BackupService.Encryption;

/// <summary>What is wrong with an encrypted file.</summary>
internal enum EncryptedFileFault
{
    Truncated,
    Changed,
    WrongKey,
    NotOurs,
}

/// <summary>An encrypted file cannot be opened; the message completes the sentence "The file … cannot be read:".</summary>
internal sealed class EncryptedFileException(EncryptedFileFault fault, string message) : Exception(message)
{
    public EncryptedFileFault Fault { get; } = fault;

    public BackupFailure Failure => Fault == EncryptedFileFault.WrongKey ? BackupFailure.WrongKey : BackupFailure.Tampered;

    public static EncryptedFileException Truncated() => new(EncryptedFileFault.Truncated, "it is truncated");
}
