using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace BackupService.Encryption;

/// <summary>Every part of a set is encrypted under the passphrase; there is no way around it.</summary>
internal static class EncryptionFeature
{
    public static void AddEncryption(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>, PassphraseRules>());
        builder.Services.AddOptions<StorageOptions>().ValidateOnStart();
        builder.Services.AddSingleton<PassphraseKeys>();
    }
}
