# syntax=docker/dockerfile:1
# docker build -f deploy/docker/worker.Dockerfile .
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
COPY eng/standins/ModelContextProtocol.AspNetCore/ModelContextProtocol.AspNetCore.csproj eng/standins/ModelContextProtocol.AspNetCore/packages.lock.json eng/standins/ModelContextProtocol.AspNetCore/
COPY ServiceDefaults/ServiceDefaults.csproj ServiceDefaults/packages.lock.json ServiceDefaults/
COPY McpModules/McpModules.csproj McpModules/packages.lock.json McpModules/
COPY McpWorker/McpWorker.csproj McpWorker/packages.lock.json McpWorker/
# Only the stand-ins' lock files are committed.
RUN --mount=type=secret,id=nuget,target=/root/.nuget/NuGet/NuGet.Config \
    if [ "$UseOfficialPackages" = true ]; then dotnet restore McpWorker/McpWorker.csproj; \
    else dotnet restore --locked-mode McpWorker/McpWorker.csproj; fi

COPY . .
RUN dotnet publish -c Release --no-restore -o /app McpWorker/McpWorker.csproj

FROM ${DOTNET_IMAGES}/aspnet:10.0-noble
# Node runs hosted MCP servers, bubblewrap keeps them apart where user namespaces are allowed (docs/hosted-servers.md); pdftotext reads
# PDF documents.
RUN apt-get update \
    && apt-get install -y --no-install-recommends bubblewrap nodejs poppler-utils \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 1001 mcp && useradd --uid 1001 --gid 1001 --create-home --shell /usr/sbin/nologin mcp
WORKDIR /app
COPY --from=build /app .
# An empty ASPNETCORE_HTTP_PORTS takes back the base image's 8080, which would win over MCP_PORT.
ENV ASPNETCORE_ENVIRONMENT=Production ASPNETCORE_HTTP_PORTS=""
USER mcp
EXPOSE 8100 9101
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s CMD ["dotnet", "McpWorker.dll", "--healthcheck"]
ENTRYPOINT ["dotnet", "McpWorker.dll"]
