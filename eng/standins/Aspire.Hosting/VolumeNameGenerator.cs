using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Names volumes so that two AppHosts on one machine do not share them, and deployments keep them.</summary>
public static class VolumeNameGenerator
{
    public static string Generate<T>(IResourceBuilder<T> builder, string suffix)
        where T : IResource
    {
        var application = builder.ApplicationBuilder;
        var name = application.Environment.ApplicationName.ToLowerInvariant();
        var safe = string.Concat(name.Select((c, i) => char.IsAsciiLetterOrDigit(c) || (i > 0 && c is '_' or '.' or '-') ? c : '_'));
        var project = (application as DistributedApplicationBuilder)?.ProjectFileName ?? name;

        // While publishing, the folder of this checkout must not matter.
        var hashed = application.ExecutionContext.IsPublishMode ? project : Path.Join(application.AppHostDirectory, project).ToLowerInvariant();
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(hashed)));

        return $"{safe}-{hash[..10]}-{builder.Resource.Name}-{suffix}";
    }
}
