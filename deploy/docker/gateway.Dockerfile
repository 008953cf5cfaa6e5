# syntax=docker/dockerfile:1
# docker build -f deploy/docker/gateway.Dockerfile .
# A private package feed or certificate: --secret id=nuget,src=NuGet.Config

ARG DOTNET_IMAGES=mcr.microsoft.com/dotnet

FROM ${DOTNET_IMAGES}/sdk:10.0-noble AS build
ARG UseOfficialPackages=false
ENV UseOfficialPackages=$UseOfficialPackages DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /src

# Only what decides which packages are needed, so that a change of code keeps the restored layer.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props AspireSource.props ./
COPY eng/standins/Directory.Build.props eng/standins/
COPY eng/standins/Aspire.Npgsql/Aspire.Npgsql.csproj eng/standins/Aspire.Npgsql/packages.lock.json eng/standins/Aspire.Npgsql/
COPY eng/standins/Aspire.StackExchange.Redis/Aspire.StackExchange.Redis.csproj eng/standins/Aspire.StackExchange.Redis/packages.lock.json eng/standins/Aspire.StackExchange.Redis/
COPY eng/standins/OpenTelemetry.Exporter.Prometheus.AspNetCore/OpenTelemetry.Exporter.Prometheus.AspNetCore.csproj eng/standins/OpenTelemetry.Exporter.Prometheus.AspNetCore/packages.lock.json eng/standins/OpenTelemetry.Exporter.Prometheus.AspNetCore/
COPY ServiceDefaults/ServiceDefaults.csproj ServiceDefaults/packages.lock.json ServiceDefaults/
COPY McpGateway/McpGateway.csproj McpGateway/packages.lock.json McpGateway/
# Only the stand-ins' lock files are committed.
RUN --mount=type=secret,id=nuget,target=/root/.nuget/NuGet/NuGet.Config \
    if [ "$UseOfficialPackages" = true ]; then dotnet restore McpGateway/McpGateway.csproj; \
    else dotnet restore --locked-mode McpGateway/McpGateway.csproj; fi

COPY . .
RUN dotnet publish -c Release --no-restore -o /app McpGateway/McpGateway.csproj

# The final image has no shell, so its user and its writable directories are made here.
RUN groupadd --gid 1001 mcp && useradd --uid 1001 --gid 1001 --no-create-home --shell /usr/sbin/nologin mcp \
    && mkdir -p /rootfs/etc && grep -E '^(root|mcp):' /etc/passwd > /rootfs/etc/passwd && grep -E '^(root|mcp):' /etc/group > /rootfs/etc/group \
    && install -d -m 700 -o mcp -g mcp /rootfs/var/lib/mcp-server /rootfs/var/lib/mcp-server/audit

FROM ${DOTNET_IMAGES}/aspnet:10.0-noble-chiseled
COPY --from=build /rootfs/etc/passwd /rootfs/etc/group /etc/
COPY --from=build --chown=1001:1001 /rootfs/var/lib/mcp-server /var/lib/mcp-server
WORKDIR /app
COPY --from=build /app .
# An empty ASPNETCORE_HTTP_PORTS takes back the base image's 8080, which would win over MCP_PORT.
ENV ASPNETCORE_ENVIRONMENT=Production ASPNETCORE_HTTP_PORTS=""
USER mcp
EXPOSE 8000 9090
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s CMD ["dotnet", "McpGateway.dll", "--healthcheck"]
ENTRYPOINT ["dotnet", "McpGateway.dll"]
