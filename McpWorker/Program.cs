using ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(ServiceIdentity.Worker);

var app = builder.Build();

app.MapDefaultEndpoints();

app.Run();
