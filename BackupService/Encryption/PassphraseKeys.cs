using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace BackupService.Encryption;

/// <summary>Keys of the configured passphrase. Each costs about 0.1 s of one core, so each is derived once.</summary>
internal sealed class PassphraseKeys(IOptions<StorageOptions> storage)
{
    private readonly ConcurrentDictionary<PassphraseParameters, Lazy<PassphraseKey>> _keys = new();

    public PassphraseKey Create() => For(PassphraseParameters.Create());

    public PassphraseKey For(PassphraseParameters parameters) =>
        _keys.GetOrAdd(parameters, wanted => new Lazy<PassphraseKey>(() => PassphraseKey.Derive(storage.Value.BackupPassphrase, wanted))).Value;
}
