using Revela.Core.Queues;

namespace Revela.Storage.Sqlite;

/// <summary>The queue rows that the writer holds in memory.</summary>
sealed class QueueLines(Connection connection)
{
    readonly Dictionary<string, QueueLine> lines = new(StringComparer.Ordinal);
    bool haveAll;

    public void Forget()
    {
        lines.Clear();
        haveAll = false;
    }

    public QueueLine Get(string queue)
    {
        if (!lines.TryGetValue(queue, out var line))
            lines.Add(queue, line = (haveAll ? null : Read(queue)) ?? new QueueLine(new Queue { Name = queue }, isConfigured: false));
        return line;
    }

    public IReadOnlyCollection<QueueLine> All()
    {
        if (!haveAll) ReadAll();
        return lines.Values;
    }

    public void Write()
    {
        foreach (var line in lines.Values)
        {
            if (line.SettingsChanged || line.Written is null) QueueRows.WriteSettings(connection, line);
            if (line.Written != line.Now) QueueRows.WriteState(connection, line);
            line.SettingsChanged = false;
            line.Written = line.Now;
        }
    }

    QueueLine? Read(string queue)
    {
        using var query = connection.Use(QueueRows.SelectOne);
        return query.Bind(queue).Step() ? QueueRows.Read(query) : null;
    }

    void ReadAll()
    {
        using var query = connection.Use(QueueRows.SelectAll);
        while (query.Step())
        {
            var line = QueueRows.Read(query);
            lines.TryAdd(line.Name, line);
        }
        haveAll = true;
    }
}
