// The smallest service the stand-ins' tests can start: it says who it is and what it was given.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);

var app = builder.Build();

app.MapGet("/health", () => "Healthy");
app.MapGet("/id", () => Environment.ProcessId);
app.MapGet("/folder", () => Environment.CurrentDirectory);
app.MapGet("/environment", () => Environment.GetEnvironmentVariables());

app.Run();
