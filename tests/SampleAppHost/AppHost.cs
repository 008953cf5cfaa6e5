// What the tests of the Aspire stand-ins start: two instances of a service, one that waits for them, and a value.
var builder = DistributedApplication.CreateBuilder(args);

var greeting = builder.AddParameter("greeting");

var service = builder.AddProject<Projects.SampleService>("service")
    .WithHttpHealthCheck("/health")
    .WithReplicas(2);

builder.AddProject<Projects.SampleService>("front")
    .WithReference(service).WaitFor(service)
    .WithEnvironment("GREETING", greeting)
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints();

builder.Build().Run();
