using System.Globalization;
using Revela.Services;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Revela.Tests.Imaging.Ocr;

/// <summary>How many numbers are read, and how many of those are right: on rendered races of fixed seeds, and on the shared photos.</summary>
public sealed class RaceTests(ITestOutputHelper output) : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Fact]
    public async Task Of_five_hundred_rendered_bibs_most_are_read_and_hardly_one_wrongly()
    {
        var (races, numbers) = Soak.IsWhole ? (130, 500) : (12, 40);
        var tally = new Tally();
        for (var seed = 1000; seed < 1000 + races; seed++)
        {
            var race = new RenderedRace(seed);
            using var picture = race.ToImage();
            var found = await studio.Look(studio.Write(picture, "race.jpg", ("Q", 88)), "read-bibs");
            tally.Count($"race {seed}", race.Shown.Select(s => s.Number), ReadBibsTests.Detected(found));
        }
        tally.Tell(output);
        tally.All.ShouldBeGreaterThanOrEqualTo(numbers);
        tally.Precision.ShouldBeGreaterThanOrEqualTo(0.97);
        tally.Recall.ShouldBeGreaterThanOrEqualTo(0.85);
    }

    [SkippableFact]
    public async Task On_the_shared_photos_nearly_all_that_is_said_is_true()
    {
        var tally = new Tally();
        foreach (var (photo, numbers) in Photos())
            tally.Count(Path.GetFileName(photo), numbers, ReadBibsTests.Detected(await studio.Look(photo, "read-bibs")));
        tally.Tell(output);
        tally.Precision.ShouldBeGreaterThanOrEqualTo(0.9);
        tally.Recall.ShouldBeGreaterThanOrEqualTo(0.45);
    }

    [SkippableFact]
    public async Task With_a_roster_it_is_truer_still()
    {
        var tally = new Tally();
        var photos = Photos();
        var roster = string.Join(',', photos.SelectMany(p => p.Numbers).Concat(GivenOutToOthers()));
        foreach (var (photo, numbers) in photos)
            tally.Count(Path.GetFileName(photo), numbers, ReadBibsTests.Detected(await studio.Look(photo, $"read-bibs:roster=\"{roster}\"")));
        tally.Tell(output);
        tally.Precision.ShouldBeGreaterThanOrEqualTo(0.97);
    }

    // Of a race of some thousands most are in no picture; those that differ in one digit from one that is are the likeliest to be taken for it.
    static IEnumerable<string> GivenOutToOthers()
    {
        var random = new Random(2024);
        return Enumerable.Range(0, 3000).Select(_ => random.Next(1, 10_000).ToString(CultureInfo.InvariantCulture));
    }

    static (string Photo, string[] Numbers)[] Photos() =>
        [.. from line in File.ReadLines(Operations.Files.Shared("bibs/ground-truth.csv"))
            let fields = line.Trim().Split(';')
            where fields.Length > 1
            select (Operations.Files.Shared($"bibs/{fields[0]}"), fields[1..])];

    sealed class Tally
    {
        readonly List<string> faults = [];
        int right, said;

        public int All { get; private set; }
        public double Precision => said == 0 ? 1 : (double)right / said;
        public double Recall => (double)right / All;

        public void Count(string picture, IEnumerable<string> truth, string[] read)
        {
            var left = truth.ToList();
            All += left.Count;
            said += read.Length;
            foreach (var number in read)
                if (left.Remove(number)) right++;
                else faults.Add($"{picture}: {number} is wrong");
            faults.AddRange(left.Select(number => $"{picture}: {number} is missing"));
        }

        public void Tell(ITestOutputHelper output)
        {
            output.WriteLine($"{All} numbers, {said} read, {right} of them right: precision {Precision:0.000}, recall {Recall:0.000}");
            foreach (var fault in faults) output.WriteLine(fault);
        }
    }
}
