namespace McpGateway.Forwarding;

/// <summary>
/// Watches an answer pass, chunk by chunk and without keeping any of it, for a JSON-RPC <c>error</c> or a result with
/// <c>"isError": true</c>. Knows just enough JSON for that: depth, strings, and the keys of the outer two levels. In an
/// event stream everything between the messages is skipped, since no field name there holds a brace.
/// </summary>
internal struct AnswerScanner
{
    private const int KeyCapacity = 8;

    private int _depth;
    private bool _inString;
    private bool _isEscaped;
    private bool _expectsKey;
    private int _keyLength;
    private ulong _key;
    private OuterKey _outer;
    private bool _isErrorFlag;

    private enum OuterKey
    {
        Other,
        Result,
        Error,
    }

    public bool IsError { get; private set; }

    /// <summary>The error is the result's own flag.</summary>
    public bool IsToolError { get; private set; }

    public void Scan(ReadOnlySpan<byte> bytes)
    {
        var i = 0;
        while (i < bytes.Length && !IsError)
        {
            if (_inString && !_isEscaped && !(_expectsKey && _depth <= 2))
            {
                var end = bytes[i..].IndexOfAny((byte)'"', (byte)'\\');
                if (end < 0)
                {
                    return;
                }

                i += end;
            }

            Step(bytes[i++]);
        }
    }

    private void Step(byte value)
    {
        if (_inString)
        {
            StepInString(value);
            return;
        }

        switch (value)
        {
            case (byte)'"' when _depth > 0:
                _inString = true;
                _keyLength = 0;
                _key = 0;
                break;
            case (byte)'{':
                _depth++;
                _expectsKey = true;
                // An error object, not a null where older peers write both members.
                IsError = IsError || (_depth == 2 && _outer == OuterKey.Error);
                break;
            case (byte)'[' when _depth > 0:
                _depth++;
                _expectsKey = false;
                break;
            case (byte)'}' or (byte)']' when _depth > 0:
                _depth--;
                _outer = _depth <= 1 ? OuterKey.Other : _outer;
                _expectsKey = false;
                break;
            case (byte)',' when _depth <= 2:
                _expectsKey = true;
                _isErrorFlag = false;
                break;
            case (byte)':':
                EndKey();
                break;
            case (byte)'t' when _isErrorFlag && _depth == 2:
                IsError = IsToolError = true;
                break;
            default:
                break;
        }
    }

    private void StepInString(byte value)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
            _keyLength = KeyCapacity + 1;
        }
        else if (value == (byte)'\\')
        {
            _isEscaped = true;
        }
        else if (value == (byte)'"')
        {
            _inString = false;
        }
        else if (_keyLength++ < KeyCapacity)
        {
            _key = (_key << 8) | value;
        }
    }

    private void EndKey()
    {
        if (!_expectsKey)
        {
            return;
        }

        _expectsKey = false;
        if (_depth == 1)
        {
            _outer = Is("result"u8) ? OuterKey.Result : Is("error"u8) ? OuterKey.Error : OuterKey.Other;
        }
        else if (_depth == 2)
        {
            _isErrorFlag = _outer == OuterKey.Result && Is("isError"u8);
        }
    }

    private readonly bool Is(ReadOnlySpan<byte> name)
    {
        ulong packed = 0;
        foreach (var value in name)
        {
            packed = (packed << 8) | value;
        }

        return _keyLength == name.Length && _key == packed;
    }
}
