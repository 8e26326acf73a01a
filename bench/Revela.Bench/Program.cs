using System.Globalization;
using Revela.Bench;
using Revela.Bench.Load;
using Revela.Bench.Peers;

// Each verb fills a report; the exit code is 1 when a figure misses its target.
var verbs = new Dictionary<string, Func<Report, Task>>
{
    ["store"] = StoreFigures.Run,
    ["postgres"] = PostgresBench.Run,
    ["pixels"] = PixelBench.Run,
    ["accept"] = AcceptBench.Run,
    ["load"] = LoadBench.Run,
    ["pipeline"] = PipelineBench.Run,
    ["pickup"] = PickupBench.Run,
    ["cutout"] = CutoutBench.Run,
    ["pages"] = PagesBench.Run,
    ["peers"] = PeersBench.Run,
};

// This program again, as a client of the server that it measures.
if (args is ["client", "post", ..]) return await Client(UploadClient.Run);
if (args is ["client", "pixels", ..]) return await Client(PixelBench.RunForMemory);
if (args is ["client", "probe", ..]) return await Client(HealthProbe.Run);

// Makes the network that read-bibs carries; its fonts are those installed here.
if (args is ["train-digits", var network])
{
    Revela.Bench.Digits.DigitTraining.Run(network, steps: 10_000);
    return 0;
}

if (args is ["photos"])
{
    Console.WriteLine($"12 MP {Photos.TwelveMegapixels.Length:N0} B, 1 MP {Photos.OneMegapixel.Length:N0} B, 12 MP with alpha {Photos.TwelveMegapixelsWithAlpha.Length:N0} B in {Photos.Folder}");
    return 0;
}

var runs = args.FirstOrDefault(word => word.StartsWith("--runs=", StringComparison.Ordinal)) is { } given ? int.Parse(given["--runs=".Length..], CultureInfo.InvariantCulture) : 5;
var named = args.Where(word => !word.StartsWith("--runs=", StringComparison.Ordinal)).ToArray();
// What others reach is measured by its name only: it takes what they need.
var wanted = named is [] or ["all"] ? verbs.Keys.Where(verb => verb != "peers").ToArray() : named;
if (wanted.FirstOrDefault(verb => !verbs.ContainsKey(verb)) is { } unknown)
{
    var isHelp = unknown is "--help" or "-h";
    (isHelp ? Console.Out : Console.Error).WriteLine(
        $"{(isHelp ? "" : $"There is no measurement '{unknown}'. ")}Name any of {string.Join(", ", verbs.Keys)}, or all, or photos; --runs=N sets how often each is repeated.");
    return isHelp ? 0 : 2;
}

var meets = true;
foreach (var verb in wanted)
{
    Report.Heading(verb);
    var report = new Report(verb, runs);
    await verbs[verb](report);
    report.Write();
    meets &= report.MeetsAll;
}
return meets ? 0 : 1;

async Task<int> Client(Func<string[], Task> role)
{
    await role(args[2..]);
    return 0;
}
