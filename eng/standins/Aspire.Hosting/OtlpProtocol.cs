namespace Aspire.Hosting;

/// <summary>The wire formats of telemetry.</summary>
public enum OtlpProtocol
{
    Grpc = 0,
    HttpProtobuf = 1,
    HttpJson = 2,
}
