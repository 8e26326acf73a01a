using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Revela.App.Uploads;

/// <summary>
/// The blocks into which sockets are read, sixteen times the usual 4 KB: a photograph then takes fewer calls into the kernel
/// and turns of the thread pool. A connection that waits holds none.
/// </summary>
sealed class LargeBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    const int BlockBytes = 64 * 1024;

    public override int MaxBufferSize => BlockBytes;

    public MemoryPool<byte> Create(MemoryPoolOptions? options) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(BlockBytes);

    // Shared by all connections for as long as the process lives.
    protected override void Dispose(bool disposing) { }
}
