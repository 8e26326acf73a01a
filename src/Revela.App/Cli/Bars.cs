using Spectre.Console;

namespace Revela.App.Cli;

/// <summary>Progress bars for whoever watches; nothing where nobody does.</summary>
sealed class Bars
{
    readonly ProgressContext? screen;

    Bars(ProgressContext? screen) => this.screen = screen;

    public static async Task Show(Terminal terminal, Func<Bars, Task> work)
    {
        if (!terminal.IsWatched)
        {
            await work(new Bars(null));
            return;
        }
        await terminal.Screen.Progress().AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => work(new Bars(context)));
    }

    /// <param name="most">The value at which the bar is full, above 0.</param>
    public Bar Add(string label, double most) => new(screen?.AddTask(Markup.Escape(label), autoStart: true, maxValue: most));
}

/// <summary>One bar; may be moved from any thread.</summary>
sealed class Bar(ProgressTask? task)
{
    public void Move(double to)
    {
        if (task is not null) task.Value = to;
    }

    public void Step() => task?.Increment(1);

    public void Label(string text)
    {
        if (task is not null) task.Description = Markup.Escape(text);
    }

    public void Stop() => task?.StopTask();
}
