namespace Revela.Imaging.Cutout.Classic;

/// <summary>
/// The cheapest cut between subject and background over pixels and their 8 neighbours: maximum flow by Boykov and Kolmogorov (PAMI 2004), with two
/// trees that grow towards each other.
/// </summary>
sealed class GridCut
{
    public static readonly (int X, int Y)[] Ways = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)];

    const float Least = 1e-5f;
    const sbyte None = -1, Terminal = 8;
    const byte Free = 0, Source = 1, Sink = 2;

    readonly int width, height;
    readonly float[] terminal;
    readonly float[][] room;
    readonly byte[] tree;
    readonly sbyte[] parent;
    readonly int[] stamp, depth;
    readonly bool[] queued;
    readonly Queue<int> active = new();
    readonly Queue<int> orphans = new();
    int time;

    /// <param name="terminal">For each pixel: what it costs to call it background, less what it costs to call it subject.</param>
    /// <param name="room">By way and pixel: what it costs to part the two; 0 where there is no neighbour.</param>
    public GridCut(int width, int height, float[] terminal, float[][] room)
    {
        (this.width, this.height, this.terminal, this.room) = (width, height, terminal, room);
        var count = width * height;
        (tree, parent, stamp, depth, queued) = (new byte[count], new sbyte[count], new int[count], new int[count], new bool[count]);
    }

    /// <returns>True where a pixel is subject.</returns>
    public bool[] Run()
    {
        for (var i = 0; i < terminal.Length; i++)
        {
            if (Math.Abs(terminal[i]) < Least) continue;
            (tree[i], parent[i], depth[i]) = (terminal[i] > 0 ? Source : Sink, Terminal, 1);
            Activate(i);
        }
        while (active.TryPeek(out var at))
        {
            var way = tree[at] == Free ? None : Grow(at);
            if (way == None)
            {
                active.Dequeue();
                queued[at] = false;
                continue;
            }
            time++;
            if (tree[at] == Source) Augment(at, way);
            else Augment(Next(at, way), (sbyte)(way ^ 1));
            while (orphans.TryDequeue(out var orphan)) Adopt(orphan);
        }
        return Array.ConvertAll(tree, side => side == Source);
    }

    int Next(int at, int way) => at + Ways[way].Y * width + Ways[way].X;

    // A way leads out of the picture where it has no room in either direction, so that ends need no test.
    bool Inside(int at, int way)
    {
        int x = at % width + Ways[way].X, y = at / width + Ways[way].Y;
        return x >= 0 && y >= 0 && x < width && y < height;
    }

    void Activate(int at)
    {
        if (queued[at]) return;
        queued[at] = true;
        active.Enqueue(at);
    }

    // Room from the source's side towards the sink's: along the way in its tree, against it in the other.
    float RoomFrom(int at, int way, byte side) => side == Source ? room[way][at] : room[way ^ 1][Next(at, way)];

    // The way to a pixel of the other tree, or none.
    sbyte Grow(int at)
    {
        var side = tree[at];
        for (sbyte way = 0; way < 8; way++)
        {
            if (!Inside(at, way) || RoomFrom(at, way, side) <= Least) continue;
            var next = Next(at, way);
            if (tree[next] == Free)
            {
                (tree[next], parent[next], stamp[next], depth[next]) = (side, (sbyte)(way ^ 1), stamp[at], depth[at] + 1);
                Activate(next);
            }
            else if (tree[next] != side) return way;
            else if (stamp[next] <= stamp[at] && depth[next] > depth[at])
                (parent[next], stamp[next], depth[next]) = ((sbyte)(way ^ 1), stamp[at], depth[at] + 1);
        }
        return None;
    }

    void Augment(int from, sbyte way)
    {
        var to = Next(from, way);
        var flow = room[way][from];
        int i = from, j = to;
        for (; parent[i] != Terminal; i = Next(i, parent[i])) flow = Math.Min(flow, room[parent[i] ^ 1][Next(i, parent[i])]);
        for (; parent[j] != Terminal; j = Next(j, parent[j])) flow = Math.Min(flow, room[parent[j]][j]);
        flow = Math.Min(flow, Math.Min(terminal[i], -terminal[j]));

        Push(from, way, flow);
        for (i = from; parent[i] != Terminal;)
        {
            var up = Next(i, parent[i]);
            var down = (sbyte)(parent[i] ^ 1);
            Push(up, down, flow);
            if (room[down][up] <= Least) Orphan(i);
            i = up;
        }
        terminal[i] -= flow;
        if (terminal[i] <= Least) Orphan(i);
        for (j = to; parent[j] != Terminal;)
        {
            var (up, wayUp) = (Next(j, parent[j]), parent[j]);
            Push(j, wayUp, flow);
            if (room[wayUp][j] <= Least) Orphan(j);
            j = up;
        }
        terminal[j] += flow;
        if (terminal[j] >= -Least) Orphan(j);
    }

    void Push(int at, sbyte way, float flow)
    {
        room[way][at] -= flow;
        room[way ^ 1][Next(at, way)] += flow;
    }

    readonly HashSet<int> waiting = [];

    void Orphan(int at)
    {
        if (waiting.Add(at)) orphans.Enqueue(at);
    }

    void Adopt(int at)
    {
        waiting.Remove(at);
        parent[at] = None;
        var side = tree[at];
        var (best, nearest) = (None, int.MaxValue);
        for (sbyte way = 0; way < 8; way++)
        {
            if (!Inside(at, way)) continue;
            var next = Next(at, way);
            if (tree[next] != side || RoomTo(at, way, side) <= Least) continue;
            var origin = DepthOf(next);
            if (origin < nearest) (best, nearest) = (way, origin);
        }
        if (best != None)
        {
            (parent[at], stamp[at], depth[at]) = (best, time, nearest + 1);
            return;
        }
        Release(at, side);
    }

    // Room from a neighbour of the same tree to this pixel, seen from the source.
    float RoomTo(int at, int way, byte side) => side == Source ? room[way ^ 1][Next(at, way)] : room[way][at];

    void Release(int at, byte side)
    {
        for (sbyte way = 0; way < 8; way++)
        {
            if (!Inside(at, way)) continue;
            var next = Next(at, way);
            if (tree[next] != side) continue;
            if (RoomTo(at, way, side) > Least) Activate(next);
            if (parent[next] == (way ^ 1)) Orphan(next);
        }
        tree[at] = Free;
    }

    // Steps to the terminal; the most where the path ends at an orphan.
    int DepthOf(int at)
    {
        var steps = 0;
        for (var i = at; ; i = Next(i, parent[i]))
        {
            if (waiting.Contains(i) || parent[i] == None) return int.MaxValue;
            if (stamp[i] == time)
            {
                steps += depth[i];
                break;
            }
            steps++;
            if (parent[i] != Terminal) continue;
            (stamp[i], depth[i]) = (time, 1);
            break;
        }
        var left = steps;
        for (var i = at; stamp[i] != time; i = Next(i, parent[i])) (stamp[i], depth[i]) = (time, left--);
        return steps;
    }
}
