using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Revela.App.Accounts;
using Revela.App.Api.Views;
using Revela.Core.Jobs;

namespace Revela.App.Cli;

/// <summary><c>revela demo</c>: a server in this process, real photos through several pipelines, and where to look at them.</summary>
sealed class Demo(Terminal terminal)
{
    static readonly string[] Pipelines = ["grayscale", "thumbnail", "web", "square", "renditions"];

    // A cutout needs a subject that stands apart, as the cup does; the cat fills its picture.
    static readonly string[] OfTheCup = [.. Pipelines, "cutout"];

    readonly Option<string> data = new("--data") { Description = "Data folder", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine("data", "demo") };
    readonly Option<int> port = new("--port") { Description = "Port on this machine; another free one when it is taken", HelpName = "N", DefaultValueFactory = _ => 7070 };
    readonly Option<bool> once = new("--once") { Description = "End when the results are there" };

    public Command Verb()
    {
        var verb = new Command("demo", "Develop real photos before your eyes") { data, port, once };
        verb.SetAction(Run);
        return verb;
    }

    async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort(parsed.GetValue(port))}");
        var options = OptionsReader.Read(Environment.GetEnvironmentVariables(), parsed.GetValue(data));
        options = options with { Urls = url, Worker = options.Worker with { Enabled = true } };
        await using var server = await Server.Start(options, cancel, Logs.Worries);
        var address = server.Addresses[0];
        terminal.Say($"Revela listens on {address}");

        using var api = new ApiClient(ServerAddress.Find(address.ToString(), key: null, options.Data));
        var jobs = await Develop(api, cancel);
        var failed = await Show(api, jobs, Path.Combine(options.Data, "results"), cancel);
        terminal.Say($"The dashboard, in a browser: {address}    {options.Accounts.FirstAdmin}, password in {Path.Combine(options.Data, FirstAdmin.FileName)}");
        terminal.Say($"The API, described: {address}docs    The key: {Path.Combine(options.Data, FirstKey.FileName)}");
        if (!parsed.GetValue(once))
        {
            terminal.Say($"Try it: curl -H \"Authorization: Bearer $(cat {Path.Combine(options.Data, FirstKey.FileName)})\" -F file=@photo.jpg -F pipeline=web {address}api/v1/jobs");
            terminal.Say("The server stays up until Ctrl-C.");
            await server.Run(cancel);
        }
        return failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    async Task<IReadOnlyList<(InputFile Photo, JobView Job)>> Develop(ApiClient api, CancellationToken cancel)
    {
        var photos = InputFiles.Find([Path.Combine(AppContext.BaseDirectory, "samples")]);
        var jobs = new List<(InputFile, JobView)>();
        await using var watch = await JobWatch.Begin(api, cancel);
        await Bars.Show(terminal, async bars =>
        {
            var rows = new Rows();
            watch.Advanced = rows.Advance;
            var ends = new List<Task<(InputFile, JobView)>>();
            foreach (var photo in photos)
                foreach (var pipeline in Path.GetFileName(photo.Path) == "coffee.png" ? OfTheCup : Pipelines)
                {
                    // Fresh, or a second demo would have nothing to show: identical work is answered from its result.
                    var fields = new Dictionary<string, string> { ["pipeline"] = pipeline, ["fresh"] = "true" };
                    var job = await api.Upload<JobView>("api/v1/jobs", photo.Path, fields, cancel);
                    ends.Add(Follow(watch, photo, job, rows.Add(job, $"{Path.GetFileNameWithoutExtension(photo.Place)} → {pipeline}", bars), cancel));
                }
            jobs.AddRange(await Task.WhenAll(ends));
        });
        return jobs;
    }

    static async Task<(InputFile, JobView)> Follow(JobWatch watch, InputFile photo, JobView job, Bar bar, CancellationToken cancel)
    {
        var end = await watch.End(job, cancel);
        bar.Move(1);
        bar.Stop();
        return (photo, end);
    }

    async Task<int> Show(ApiClient api, IReadOnlyList<(InputFile Photo, JobView Job)> jobs, string folder, CancellationToken cancel)
    {
        var results = new ResultFiles(api, folder);
        var failed = 0;
        foreach (var (photo, job) in jobs)
        {
            if (job.State != JobState.Completed)
            {
                failed++;
                terminal.Say($"{photo.Place}, {job.Pipeline}: {job.Error?.Message} ({job.Error?.Code})");
                continue;
            }
            var files = await results.Save(photo, job, cancel);
            foreach (var (file, output) in files.Zip(job.Outputs))
                terminal.Print(string.Create(CultureInfo.InvariantCulture, $"{file}  {output.Width} × {output.Height}, {output.Bytes / 1024.0:0.0} KiB  {output.Url}"));
        }
        terminal.Say($"{jobs.Count - failed} jobs completed, {failed} failed. The results are in {Path.GetFullPath(folder)}");
        return failed;
    }

    static int FreePort(int wanted)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, wanted);
            probe.Start();
            return wanted;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    /// <summary>The bar of each job; progress that comes before the bar is passed over.</summary>
    sealed class Rows
    {
        readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, (Bar Bar, string Label)> bars = new();

        public Bar Add(JobView job, string label, Bars all)
        {
            var bar = all.Add(label, 1);
            bars[job.Id] = (bar, label);
            return bar;
        }

        public void Advance(Guid job, double progress, string? step)
        {
            if (!bars.TryGetValue(job, out var row)) return;
            row.Bar.Move(progress);
            row.Bar.Label(step is null ? row.Label : $"{row.Label} ({step})");
        }
    }
}
