using Revela.Imaging.Native.TurboJpeg;

namespace Revela.Imaging.Operations.Lossless;

/// <summary>One of the eight ways to lay a picture down, as the matrix that takes a point (x right, y down) to its new place.</summary>
readonly record struct Move(int A, int B, int C, int D)
{
    public static readonly Move None = new(1, 0, 0, 1);
    static readonly Move FlipHorizontal = new(-1, 0, 0, 1);
    static readonly Move FlipVertical = new(1, 0, 0, -1);
    static readonly Move Transpose = new(0, 1, 1, 0);
    static readonly Move Transverse = new(0, -1, -1, 0);
    static readonly Move Quarter = new(0, -1, 1, 0);
    static readonly Move Half = new(-1, 0, 0, -1);
    static readonly Move ThreeQuarters = new(0, 1, -1, 0);

    public bool SwapsSides => A == 0;

    public Move Then(Move next) => new(
        next.A * A + next.B * C, next.A * B + next.B * D,
        next.C * A + next.D * C, next.C * B + next.D * D);

    /// <summary>What makes a picture with this EXIF orientation upright.</summary>
    public static Move OfOrientation(int orientation) => orientation switch
    {
        2 => FlipHorizontal,
        3 => Half,
        4 => FlipVertical,
        5 => Transpose,
        6 => Quarter,
        7 => Transverse,
        8 => ThreeQuarters,
        _ => None,
    };

    public static Move OfQuarters(int quarters) => quarters switch { 1 => Quarter, 2 => Half, 3 => ThreeQuarters, _ => None };

    public static Move Of(Flip.Direction direction) => direction == Flip.Direction.Horizontal ? FlipHorizontal : FlipVertical;

    public TjMove ToTurboJpeg()
    {
        if (this == None) return TjMove.None;
        if (this == FlipHorizontal) return TjMove.FlipHorizontal;
        if (this == FlipVertical) return TjMove.FlipVertical;
        if (this == Transpose) return TjMove.Transpose;
        if (this == Transverse) return TjMove.Transverse;
        if (this == Quarter) return TjMove.Rotate90;
        return this == Half ? TjMove.Rotate180 : TjMove.Rotate270;
    }
}
