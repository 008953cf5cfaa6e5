namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something whose text is known at run time.</summary>
public interface IValueProvider
{
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}

/// <summary>Something that a manifest refers to by an expression in braces.</summary>
public interface IManifestExpressionProvider
{
    string ValueExpression { get; }
}

/// <summary>A value in both modes.</summary>
public interface IExpressionValue : IValueProvider, IManifestExpressionProvider;

/// <summary>A value made of others.</summary>
public interface IValueWithReferences
{
    IEnumerable<object> References { get; }
}

/// <summary>A value that will be set once and can be awaited until then.</summary>
internal sealed class ValueSnapshot<T>
    where T : class
{
    private TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public T? Current => _source.Task.IsCompletedSuccessfully ? _source.Task.Result : null;

    public Task<T> GetValueAsync(CancellationToken cancellationToken) => _source.Task.WaitAsync(cancellationToken);

    public void SetValue(T value)
    {
        if (!_source.TrySetResult(value))
        {
            _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _source.SetResult(value);
        }
    }
}
