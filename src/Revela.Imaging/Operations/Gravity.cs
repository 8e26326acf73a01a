namespace Revela.Imaging.Operations;

/// <summary>The part of a picture that matters: a point of the compass, or what catches the eye.</summary>
public enum Gravity { Centre, North, NorthEast, East, SouthEast, South, SouthWest, West, NorthWest, Smart }

static class Gravities
{
    /// <summary>Offset of a thing inside an area with this much room beside and below it.</summary>
    public static (int X, int Y) Place(Gravity gravity, int roomX, int roomY)
    {
        var x = gravity switch
        {
            Gravity.West or Gravity.NorthWest or Gravity.SouthWest => 0,
            Gravity.East or Gravity.NorthEast or Gravity.SouthEast => roomX,
            _ => roomX / 2,
        };
        var y = gravity switch
        {
            Gravity.North or Gravity.NorthWest or Gravity.NorthEast => 0,
            Gravity.South or Gravity.SouthWest or Gravity.SouthEast => roomY,
            _ => roomY / 2,
        };
        return (x, y);
    }
}
