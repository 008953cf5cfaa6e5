using Microsoft.AspNetCore.Http.HttpResults;

namespace BackupService.Sets;

/// <summary>Backups over HTTP, for the gateway and the AppHost.</summary>
internal static class SetEndpoints
{
    public const string Path = "/api/v1/backup/sets";

    public static Results<Ok<SetList>, ProblemHttpResult> List(
        SetCatalog catalog, BackupRepository repository, LatestPointer latest, BackgroundBackups backups)
    {
        try
        {
            var listing = repository.Exists ? catalog.List() : new CatalogListing([], []);
            return TypedResults.Ok(SetList.Of(listing, latest.Read(), backups.Running?.Id));
        }
        catch (BackupException exception)
        {
            return Problem(exception);
        }
    }

    public static Results<Accepted<BackupAccepted>, ProblemHttpResult> Add(HttpContext context, BackgroundBackups backups)
    {
        try
        {
            var id = backups.Start(InternalCallFilter.ActorOf(context));
            return TypedResults.Accepted(Path, new BackupAccepted(id));
        }
        catch (BackupException exception)
        {
            return Problem(exception);
        }
    }

    private static ProblemHttpResult Problem(BackupException exception) => exception.Failure == BackupFailure.Locked
        ? TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, title: "A backup is running", detail: exception.Message)
        : TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "The backup repository cannot be used", detail: exception.Message);
}
