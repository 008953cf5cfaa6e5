using System.Text.Json;
using Dapper;
using McpModules;
using McpWorker.Paging;
using ModelContextProtocol;
using Npgsql;

namespace McpWorker.Chat;

/// <summary>Conversations in PostgreSQL. Every question names the owner: to anybody else a conversation is not there.</summary>
internal sealed class ConversationStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const int MostConversations = 1_000;
    private const int MostMessages = 2_000;
    private const string Columns = "id, title, created_at AS CreatedAt, updated_at AS UpdatedAt";

    public async Task<Conversation> AddAsync(string title, string ownerId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<ConversationRow>(Command(
            $"""
            INSERT INTO conversations (id, title, owner_id)
            SELECT @Id, @Title, @OwnerId
            WHERE (SELECT count(*) FROM (SELECT FROM conversations WHERE owner_id = @OwnerId LIMIT @Most) counted) < @Most
            RETURNING {Columns}
            """,
            new { Id = Guid.CreateVersion7(clock.GetUtcNow()), Title = title, OwnerId = ownerId, Most = MostConversations },
            cancellationToken));
        return row?.ToConversation() ?? throw new McpException($"You have {MostConversations} conversations, as many as fit. Delete some with chat_delete first.");
    }

    /// <summary>The one used last comes first.</summary>
    public async Task<Page<Conversation>> ListAsync(string ownerId, int limit, Cursor? after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<ConversationRow>(Command(
            $"""
            SELECT {Columns}
            FROM conversations
            WHERE owner_id = @OwnerId AND (@AfterId::uuid IS NULL OR (updated_at, id) < (@AfterTime, @AfterId))
            ORDER BY updated_at DESC, id DESC
            LIMIT @Limit + 1
            """,
            new { OwnerId = ownerId, Limit = limit, AfterId = after?.Id, AfterTime = after?.Time() },
            cancellationToken))).AsList();
        return Page.Of(rows, limit, row => row.ToConversation(), row => new Cursor(row.UpdatedAt.Ticks, row.Id));
    }

    /// <summary>False: there is none of this owner.</summary>
    public async Task<bool> RemoveAsync(Guid id, string ownerId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(Command(
            "DELETE FROM conversations WHERE id = @Id AND owner_id = @OwnerId", new { Id = id, OwnerId = ownerId }, cancellationToken)) > 0;
    }

    /// <summary>Null: there is no such conversation of this owner.</summary>
    public async Task<Page<KeptMessage>?> ReadAsync(Guid id, string ownerId, bool newestFirst, int limit, Cursor? after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<MessageRow>(Command(
            $"""
            SELECT m.id AS Id, m.role AS Role, m.content AS Content, m.created_at AS CreatedAt, m.citations::text AS Citations
            FROM conversations c
            LEFT JOIN LATERAL (
                SELECT * FROM messages
                WHERE conversation_id = c.id AND (@After::bigint IS NULL OR {(newestFirst ? "id < @After" : "id > @After")})
                ORDER BY id {(newestFirst ? "DESC" : "ASC")}
                LIMIT @Limit + 1) m ON true
            WHERE c.id = @Id AND c.owner_id = @OwnerId
            ORDER BY m.id {(newestFirst ? "DESC" : "ASC")}
            """,
            new { Id = id, OwnerId = ownerId, Limit = limit, After = after?.Sort },
            cancellationToken))).AsList();
        return rows.Count == 0 ? null
            : Page.Of(rows.FindAll(row => row.Id is not null), limit, row => row.ToMessage(), row => new Cursor(row.Id!.Value, id));
    }

    /// <summary>Keeps a message and its answer, one after the other whoever else writes. False: the conversation is gone.</summary>
    public async Task<IReadOnlyList<KeptMessage>?> AppendAsync(Guid id, string ownerId, string message, ChatReply reply, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await connection.ExecuteAsync(Command(
            "UPDATE conversations SET updated_at = now() WHERE id = @Id AND owner_id = @OwnerId", new { Id = id, OwnerId = ownerId }, cancellationToken)) == 0)
        {
            return null;
        }

        var count = await connection.ExecuteScalarAsync<int>(Command(
            "SELECT count(*) FROM messages WHERE conversation_id = @Id", new { Id = id }, cancellationToken));
        if (count + 2 > MostMessages)
        {
            throw new McpException($"This conversation has {count} messages, as many as fit. Begin another with chat_create.");
        }

        var rows = await connection.QueryAsync<MessageRow>(Command(
            """
            INSERT INTO messages (conversation_id, role, content, citations)
            VALUES (@Id, 'user', @Message, '[]'), (@Id, 'assistant', @Reply, @Citations::jsonb)
            RETURNING id AS Id, role AS Role, content AS Content, created_at AS CreatedAt, citations::text AS Citations
            """,
            new { Id = id, Message = message, Reply = reply.Content, Citations = JsonSerializer.Serialize(reply.Citations, JsonSerializerOptions.Web) },
            cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return [.. rows.OrderBy(row => row.Id).Select(row => row.ToMessage())];
    }

    private static CommandDefinition Command(string sql, object parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, cancellationToken: cancellationToken);

    /// <summary>A row as Dapper fills it.</summary>
    private sealed class ConversationRow
    {
        public Guid Id { get; set; }

        public string Title { get; set; } = "";

        public DateTime CreatedAt { get; set; }

        public DateTime UpdatedAt { get; set; }

        public Conversation ToConversation() => new(Id, Title, new DateTimeOffset(CreatedAt), new DateTimeOffset(UpdatedAt));
    }

    /// <summary>A row as Dapper fills it; without an id it stands for a conversation without messages.</summary>
    private sealed class MessageRow
    {
        public long? Id { get; set; }

        public string Role { get; set; } = "";

        public string Content { get; set; } = "";

        public DateTime CreatedAt { get; set; }

        public string Citations { get; set; } = "[]";

        public KeptMessage ToMessage() =>
            new(Role, Content, new DateTimeOffset(CreatedAt), JsonSerializer.Deserialize<List<ChatCitation>>(Citations, JsonSerializerOptions.Web)!);
    }
}
