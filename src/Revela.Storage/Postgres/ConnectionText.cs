using Npgsql;

namespace Revela.Storage.Postgres;

/// <summary>Reads how to reach a database: in Npgsql's words, <c>Host=…;Database=…;Username=…;Password=…</c>, or as an address, <c>postgresql://user:password@host:5432/database?sslmode=require</c>.</summary>
static class ConnectionText
{
    /// <exception cref="ArgumentException">It can be read as neither; the message holds nothing of the text, which may be a secret (law 12).</exception>
    public static NpgsqlConnectionStringBuilder Read(string text)
    {
        try
        {
            var settings = text.Contains("://", StringComparison.Ordinal) ? OfAddress(text) : new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(settings.Host)) throw new ArgumentException("it names no host");
            if (string.IsNullOrEmpty(settings.Database)) settings.Database = settings.Username ?? throw new ArgumentException("it names no database");
            return settings;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException or OverflowException)
        {
            throw new ArgumentException("It must be like Host=db;Database=revela;Username=revela;Password=… or postgresql://revela:…@db/revela.", nameof(text));
        }
    }

    static NpgsqlConnectionStringBuilder OfAddress(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("postgres" or "postgresql")) throw new FormatException();
        var settings = new NpgsqlConnectionStringBuilder { Host = address.Host };
        if (address.Port > 0) settings.Port = address.Port;
        if (address.AbsolutePath.Trim('/') is { Length: > 0 } database) settings.Database = Uri.UnescapeDataString(database);
        var user = address.UserInfo.Split(':', 2);
        if (user[0].Length > 0) settings.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length == 2) settings.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)) Set(settings, pair.Split('=', 2));
        return settings;
    }

    // The words of libpq that differ from Npgsql's by more than an underscore.
    static void Set(NpgsqlConnectionStringBuilder settings, string[] pair)
    {
        var value = Uri.UnescapeDataString(pair.Length == 2 ? pair[1] : "");
        var word = Uri.UnescapeDataString(pair[0]);
        settings[word switch
        {
            "sslmode" => "SSL Mode",
            "sslrootcert" => "Root Certificate",
            "sslcert" => "SSL Certificate",
            "sslkey" => "SSL Key",
            "connect_timeout" => "Timeout",
            "application_name" => "Application Name",
            "user" => "Username",
            "dbname" => "Database",
            _ => word,
        }] = word == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
    }
}
