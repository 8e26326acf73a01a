using System.ComponentModel;
using System.Runtime.InteropServices;
using Revela.Imaging.Native.Posix;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Isolation;

/// <summary>Operations that misbehave on purpose, so that tests see a real child crash, spin, eat and babble. Absent unless the environment asks for them.</summary>
public static class TestOperations
{
    /// <summary>Set to 1 to have them.</summary>
    public const string Variable = "REVELA_TEST_OPERATIONS";

    /// <summary>For the catalogue's <c>extra</c>.</summary>
    public static IEnumerable<Operation> IfEnabled =>
        Environment.GetEnvironmentVariable(Variable) == "1" ? [new TestCrash(), new TestSpin(), new TestEat(), new TestSayGarbage()] : [];
}

/// <summary>Dies by a real SIGSEGV, in native code.</summary>
sealed class TestCrash : Operation<TestCrash.Options>
{
    public sealed record Options
    {
        [Description("The network that works when it dies, as name@hash.")]
        public string? Blame { get; init; }
    }

    public override string Name => "test-crash";
    public override string Summary => "Crashes the process that runs it; for tests.";

    protected override ValueTask Wait(Options options, RunContext context)
    {
        context.Blame(options.Blame);
        Posix.FillMemory(address: 16, value: 1, count: 64);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Never ends and never looks at its cancellation.</summary>
sealed class TestSpin : Operation<TestSpin.Options>
{
    public sealed record Options;

    public override string Name => "test-spin";
    public override string Summary => "Keeps a core busy without end; for tests.";

    protected override ValueTask Wait(Options options, RunContext context)
    {
        for (ulong i = 1; i != 0; i++)
            if ((i & 0xFFFFFFFF) == 0) context.Report(0);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Takes native memory and touches all of it, until somebody stops it.</summary>
sealed class TestEat : Operation<TestEat.Options>
{
    const int Bite = 4 * 1024 * 1024;

    public sealed record Options;

    public override string Name => "test-eat";
    public override string Summary => "Takes memory without bound; for tests.";

    protected override unsafe ValueTask Wait(Options options, RunContext context)
    {
        while (true) NativeMemory.Fill(NativeMemory.Alloc(Bite), Bite, 1);
    }
}

/// <summary>Prints on standard output, as careless libraries do, and changes nothing.</summary>
sealed class TestSayGarbage : Operation<TestSayGarbage.Options>
{
    public sealed record Options;

    public override string Name => "test-say-garbage";
    public override string Summary => "Prints nonsense on standard output; for tests.";

    protected override ValueTask Wait(Options options, RunContext context)
    {
        Posix.Write(file: 1, "\u0001\0\0\0{ this is no message\n"u8);
        return ValueTask.CompletedTask;
    }
}
