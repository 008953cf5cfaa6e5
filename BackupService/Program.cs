using ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(ServiceIdentity.Backup);

var app = builder.Build();

app.MapDefaultEndpoints();

app.Run();
