namespace Revela.App.Dashboard.Parts;

/// <summary>The lines of every icon, on a field of 24 by 24.</summary>
static class Drawings
{
    static readonly Dictionary<string, string> Lines = new()
    {
        ["home"] = "M4 11.5 12 5l8 6.5M6.5 10v9h11v-9M10 19v-5h4v5",
        ["jobs"] = "M4 6h16M4 12h16M4 18h10",
        ["queues"] = "M4 7h6v10H4zM12 7h3v10h-3zM17 7h3v10h-3z",
        ["workers"] = "M6 4h12v7H6zM6 13h12v7H6zM9 7.5h.01M9 16.5h.01M12 7.5h3M12 16.5h3",
        ["batches"] = "M7 4h13v11H7zM4 8v12h13",
        ["pipelines"] = "M4 5h6v5H4zM14 14h6v5h-6zM10 7.500h3.500a2 2 0 0 1 2 2V14",
        ["up"] = "M12 19V5M6 11l6-6 6 6",
        ["down"] = "M12 5v14M6 13l6 6 6-6",
        ["costs"] = "M4 20V10M9.300 20V4M14.600 20v-7M20 20V8",
        ["notifications"] = "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
        ["people"] = "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-3.5 2.7-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 0 1 0 6.2M17.5 14.5c2 .8 3.5 2.8 3.5 5.5",
        ["keys-and-locks"] = "M12 16a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM10.8 13.2 20 4M16.5 7.500 19.500 10.500",
        ["webhooks"] = "M12 5.500a3 3 0 1 0-2.300 4.900L7 15.500M9 17.500h8.500M17.500 20.500a3 3 0 1 0-1.500-5.600L13 9.500M6 20.500a3 3 0 0 0 3-3M6 14.500a3 3 0 0 0 0 6",
        ["audit"] = "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7",
        ["settings"] = "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
        ["person"] = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c0-4 3.4-6.5 7.5-6.5s7.5 2.5 7.5 6.5",
        ["leave"] = "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
        ["keys"] = "M3 7h18v10H3zM6.5 10.5h.01M10 10.5h.01M13.5 10.5h.01M17 10.5h.01M7.5 14h9",
        ["search"] = "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20",
        ["trouble"] = "M12 4 2.5 20h19zM12 10v4.5M12 17.3h.01",
        ["done"] = "M5 12.5l4.5 4.5L19 7",
        ["close"] = "M6 6l12 12M18 6 6 18",
        ["clock"] = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.2l3.2 2",
        ["pause"] = "M8 5v14M16 5v14",
        ["play"] = "M8 5l11 7-11 7z",
        ["again"] = "M19 12a7 7 0 1 1-2.2-5.1M19 3.5V8h-4.5",
        ["stop"] = "M6 6h12v12H6z",
        ["bin"] = "M5 7h14M10 4h4M7 7l1 13h8l1-13M10 11v5M14 11v5",
        ["picture"] = "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
        ["coin"] = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM14.8 9c-.5-1-1.5-1.5-2.8-1.5-1.600 0-2.800.8-2.800 2.200 0 3 5.800 1.600 5.800 4.600 0 1.400-1.300 2.200-3 2.200-1.400 0-2.500-.6-3-1.600M12 6v12",
        ["next"] = "M9 5l7 7-7 7",
        ["back"] = "M15 5l-7 7 7 7",
        ["download"] = "M12 4v11M7.500 10.500 12 15l4.500-4.500M5 20h14",
        ["minus"] = "M5 12h14",
        ["gallery"] = "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
        ["develop"] = "M12 15V4M7.500 8.500 12 4l4.500 4.500M4 14v5h16v-5",
        ["cutout"] = "M5 5h2M10 5h2M15 5h2M5 19h2M10 19h2M15 19h2M4 8v2M4 14v2M20 8v2M20 14v2M12 15.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z",
        ["upscale"] = "M4 20h7v-7H4zM14 4h6v6M20 4l-7 7",
        ["catalogue"] = "M4 5h7v14H4zM13 5h7v14h-7zM6.500 8h2M6.500 11h2M15.500 8h2M15.500 11h2",
        ["race"] = "M5 4h14v12H5zM9 8v4M12 8v4M15 8v4M8 20l1.500-4M16 20l-1.500-4",
        ["eye"] = "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
        ["add"] = "M12 5v14M5 12h14",
    };

    /// <summary>Of an unknown name, a frame.</summary>
    public static string Find(string name) => Lines.GetValueOrDefault(name) ?? "M4 5h16v14H4z";
}
