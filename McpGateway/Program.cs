using ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(ServiceIdentity.Gateway);

var app = builder.Build();

app.MapDefaultEndpoints();

app.Run();
