using Microsoft.AspNetCore.Components;

namespace Revela.App.Dashboard;

/// <summary>What pages are put together from; it knows who looks.</summary>
public abstract class Part : ComponentBase
{
    [CascadingParameter]
    public required Visit Visit { get; set; }

    protected Figures Figures => Visit.Figures;

    /// <inheritdoc cref="Visit.Say"/>
    protected string Say(string key, params (string Name, object? Value)[] data) => Visit.Say(key, data);
}

/// <summary>A page's own part: shows contents that were read before.</summary>
public abstract class Screen<T> : Part where T : notnull
{
    [Parameter, EditorRequired]
    public required T Contents { get; set; }
}
