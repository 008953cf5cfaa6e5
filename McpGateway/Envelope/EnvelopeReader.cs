using System.Text;
using System.Text.Json;
using ServiceDefaults.InternalCalls;

namespace McpGateway.Envelope;

/// <summary>
/// Reads an <see cref="McpEnvelope"/> off the bytes of a message without building a document. Every member the gateway
/// decides by must appear once and in its own spelling: the worker's reader ignores case and takes the last of twins, so
/// <c>{"name":"safe","Name":"other"}</c> would be checked as one tool and run as another.
/// </summary>
internal ref struct EnvelopeReader
{
    /// <summary>Of what is signed for the worker, logged and audited: no real name is longer, and headers have limits.</summary>
    public const int MaxTextLength = 2048;

    // W3C Trace Context, 3.3.1.5: what anybody has to carry on.
    private const int MaxTraceLength = 512;

    private const string VersionMember = "io.modelcontextprotocol/protocolVersion";

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64, CommentHandling = JsonCommentHandling.Disallow };

    private readonly ReadOnlyMemory<byte> _body;
    private Utf8JsonReader _reader;
    private ReadOnlyMemory<byte> _id;
    private string _method = "";
    private string _name = "";
    private string _uri = "";
    private string? _version;
    private string? _traceParent;
    private string? _traceState;
    private string? _waitsAt;
    private EnvelopeFault? _fault;
    private bool _isVersion2;
    private bool _hasOutcome;
    private Members _seen;
    private int _paramsSize;

    private EnvelopeReader(ReadOnlyMemory<byte> body)
    {
        _body = body;
        _reader = new Utf8JsonReader(body.Span, Options);
    }

    [Flags]
    private enum Members
    {
        None = 0,
        JsonRpc = 1,
        Id = 2,
        Method = 4,
        Params = 8,
        Result = 16,
        Error = 32,
        Name = 64,
        Uri = 128,
        Meta = 256,
        Version = 512,
    }

    public static McpEnvelope Read(ReadOnlyMemory<byte> body)
    {
        var reader = new EnvelopeReader(body);
        try
        {
            reader.ReadMessage();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string of invalid UTF-8 or half a surrogate pair. What was read before the
            // defect is not to be trusted, the id among it.
            return McpEnvelope.None with { Fault = EnvelopeFault.NotJson };
        }

        return reader.Conclude();
    }

    private void ReadMessage()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _fault = _reader.TokenType == JsonTokenType.StartArray ? EnvelopeFault.Batch : EnvelopeFault.NotJson;
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember();
        }

        // Throws on anything behind the message.
        _reader.Read();
    }

    private void ReadMember()
    {
        if (Is("params", Members.Params))
        {
            _reader.Read();
            var start = _reader.TokenStartIndex;
            ReadParams();
            _paramsSize = (int)(_reader.BytesConsumed - start);
        }
        else if (Is("method", Members.Method))
        {
            _method = ReadText();
        }
        else if (Is("id", Members.Id))
        {
            ReadId();
        }
        else if (Is("jsonrpc", Members.JsonRpc))
        {
            _reader.Read();
            _isVersion2 = _reader.TokenType == JsonTokenType.String && _reader.ValueTextEquals("2.0"u8);
            _reader.Skip();
        }
        else
        {
            _hasOutcome |= Is("result", Members.Result) || Is("error", Members.Error);
            _reader.Skip();
        }
    }

    private void ReadId()
    {
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        if (_reader.TokenType == JsonTokenType.String || (_reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out _)))
        {
            _id = _body[start..(int)_reader.BytesConsumed];
            return;
        }

        _fault ??= EnvelopeFault.BadId;
        _reader.Skip();
    }

    private void ReadParams()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is("name", Members.Name))
            {
                _name = ReadText();
            }
            else if (Is("uri", Members.Uri))
            {
                _uri = ReadText();
            }
            else if (Is("_meta", Members.Meta))
            {
                _reader.Read();
                ReadMeta();
            }
            else if (_reader.ValueTextEquals("requestState"u8))
            {
                ReadState();
            }
            else
            {
                _reader.Skip();
            }
        }
    }

    /// <summary>Only where to go is taken from it; whether it is good, the worker decides.</summary>
    private void ReadState()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String && _reader.ValueSpan.Length <= MaxTextLength
            && WaitingCallState.TryRead(_reader.GetString(), out var instance, out _))
        {
            _waitsAt = instance;
        }

        _reader.Skip();
    }

    private void ReadMeta()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(VersionMember, Members.Version))
            {
                _version = ReadText();
            }
            else if (_reader.ValueTextEquals("traceparent"u8))
            {
                _traceParent = ReadTrace();
            }
            else if (_reader.ValueTextEquals("tracestate"u8))
            {
                _traceState = ReadTrace();
            }
            else
            {
                _reader.Skip();
            }
        }
    }

    /// <summary>What cannot be trace context is none: nobody's call fails over how it is watched.</summary>
    private string? ReadTrace()
    {
        _reader.Read();
        var isPlain = _reader.TokenType == JsonTokenType.String && !_reader.ValueIsEscaped && _reader.ValueSpan.Length <= MaxTraceLength
            && !_reader.ValueSpan.ContainsAnyExceptInRange((byte)' ', (byte)'~');
        var text = isPlain ? Encoding.ASCII.GetString(_reader.ValueSpan) : null;
        _reader.Skip();
        return text;
    }

    private string ReadText()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String)
        {
            var text = _reader.GetString()!;
            _fault = text.Length > MaxTextLength ? _fault ?? EnvelopeFault.TooLong : _fault;
            return text.Length > MaxTextLength ? text[..MaxTextLength] : text;
        }

        // The worker refuses it with the code that fits the method.
        _reader.Skip();
        return "";
    }

    /// <summary>Whether the property is this member, in whatever casing; a second or differently cased one is a fault.</summary>
    private bool Is(string member, Members flag)
    {
        if (_reader.ValueTextEquals(member))
        {
            _fault = (_seen & flag) != Members.None ? _fault ?? EnvelopeFault.Ambiguous : _fault;
            _seen |= flag;
            return true;
        }

        // An escape takes at most six bytes for one character.
        if (_reader.ValueSpan.Length < member.Length || _reader.ValueSpan.Length > member.Length * 6)
        {
            return false;
        }

        Span<char> text = stackalloc char[_reader.ValueSpan.Length];
        var length = _reader.CopyString(text);
        if (text[..length].Equals(member, StringComparison.OrdinalIgnoreCase))
        {
            _fault ??= EnvelopeFault.Ambiguous;
        }

        return false;
    }

    private readonly McpEnvelope Conclude()
    {
        var kind = (_method.Length > 0, _id.Length > 0, _hasOutcome) switch
        {
            (true, true, false) => McpMessageKind.Request,
            (true, false, false) => McpMessageKind.Notification,
            (false, true, true) => McpMessageKind.Response,
            _ => McpMessageKind.None,
        };
        var target = _method switch
        {
            "tools/call" or "prompts/get" => _name,
            "resources/read" => _uri,
            _ => "",
        };
        var fault = _fault
            ?? (!_isVersion2 ? EnvelopeFault.NotJson : kind == McpMessageKind.None ? EnvelopeFault.NoMethod : null);
        return new McpEnvelope(kind, _method, _id, target, _version)
        {
            Fault = fault,
            ParamsSize = _paramsSize,
            TraceParent = _traceParent,
            TraceState = _traceState,
            WaitsAt = _waitsAt,
        };
    }
}
