using Revela.Imaging.Native.Onnx;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Onnx;

/// <summary>The binding of ONNX Runtime, on networks made here.</summary>
public sealed class OnnxSessionTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-onnx-").FullName;

    [SkippableFact]
    public void The_runtime_says_what_it_is()
    {
        Darkroom.Runtime.Version.ShouldMatch(@"^1\.\d+\.\d+");
        Darkroom.Runtime.Providers.ShouldContain(Darkroom.Runtime.Provider);
    }

    [SkippableFact]
    public void A_network_computes_what_its_nodes_say()
    {
        var net = new Net();
        var weights = Numbers.Weights(4, 3, 3, 3, seed: 1);
        using var session = Open(net.Give(net.Sigmoid(net.Relu(net.Convolve(net.Input, weights, [0.1f, -0.2f, 0.3f, 0])))));
        session.Inputs.ShouldHaveSingleItem().ToString().ShouldBe("in [1, 3, ?, ?]");

        var input = Numbers.Some(3 * 5 * 7, seed: 2);
        var output = session.Run(new OnnxTensor(input, 1, 3, 5, 7), default);

        output.Shape.ShouldBe([1, 4, 5, 7]);
        var expected = Numbers.Convolve(input, 3, 5, 7, weights, [0.1f, -0.2f, 0.3f, 0]);
        for (var i = 0; i < expected.Length; i++) ((double)output.Values[i]).ShouldBe(1 / (1 + Math.Exp(-Math.Max(0, expected[i]))), 1e-6);
    }

    [SkippableFact]
    public async Task One_session_serves_many_threads()
    {
        var net = new Net(channels: 1);
        using var session = Open(net.Give(net.Add(net.Input, net.Input)));
        await Parallel.ForEachAsync(Enumerable.Range(0, 64), (i, _) =>
        {
            session.Run(new OnnxTensor([i], 1, 1, 1, 1), default).Values.ShouldBe([2f * i]);
            return ValueTask.CompletedTask;
        });
    }

    [SkippableFact]
    public void What_is_no_network_is_refused_with_the_runtimes_words()
    {
        Should.Throw<OnnxException>(() => Open("this is no network"u8.ToArray())).Message.ShouldContain("protobuf", Case.Insensitive);
        Should.Throw<OnnxException>(() => Open([])).Message.ShouldNotBeEmpty();
        var net = new Net();
        Should.Throw<OnnxException>(() => Open(net.Give(net.Node("NoSuchNode", [net.Input])))).Message.ShouldContain("NoSuchNode");
    }

    [SkippableFact]
    public void A_wrong_shape_is_an_error_of_the_run_and_the_session_lives_on()
    {
        var net = new Net(height: 4, width: 4);
        using var session = Open(net.Give(net.Relu(net.Input)));
        Should.Throw<OnnxException>(() => session.Run(new OnnxTensor(new float[27], 1, 3, 3, 3), default)).Message.ShouldContain("dimension", Case.Insensitive);
        session.Run(new OnnxTensor(new float[48], 1, 3, 4, 4), default).Values.Length.ShouldBe(48);
    }

    [SkippableFact]
    public void A_cancelled_run_does_not_begin()
    {
        var net = new Net();
        using var session = Open(net.Give(net.Relu(net.Input)));
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Should.Throw<OperationCanceledException>(() => session.Run(new OnnxTensor(new float[3], 1, 3, 1, 1), cancel.Token));
    }

    [SkippableFact]
    public async Task A_run_can_be_stopped_in_the_middle()
    {
        var net = new Net();
        var at = net.Input;
        var weights = Numbers.Weights(3, 3, 9, 9, seed: 3);
        for (var i = 0; i < 400; i++) at = net.Convolve(at, weights);
        using var session = Open(net.Give(at));
        using var cancel = new CancellationTokenSource();
        var run = Task.Run(() => session.Run(new OnnxTensor(new float[3 * 1024 * 1024], 1, 3, 1024, 1024), cancel.Token));
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => run);
    }

    [SkippableFact]
    public void A_library_that_is_something_else_is_refused()
    {
        Darkroom.NeedRuntime();
        OnnxRuntime.TryLoad("libno-such-library.so.1").ShouldBeNull();
        Should.Throw<OnnxException>(() => OnnxRuntime.TryLoad("libm.so.6")).Message.ShouldContain("not ONNX Runtime");
    }

    OnnxSession Open(byte[] network)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, network);
        return new OnnxSession(Darkroom.Runtime, path, threads: 2);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
