using Sdl.Planner.Spaces;

namespace Sdl.Tests.Planner.Spaces;

public sealed class SobolTests
{
    // scipy.stats.qmc.Sobol, not scrambled, 10 dimensions.
    private static readonly double[] First8 =
    [
        0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
        0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
        0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75, 0.75, 0.75,
        0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25, 0.25, 0.25,
        0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875, 0.875, 0.625,
        0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375, 0.375, 0.125,
        0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125, 0.125, 0.375,
        0.125, 0.625, 0.375, 0.125, 0.125, 0.375, 0.625, 0.625, 0.625, 0.875,
    ];

    // The same, 40 dimensions.
    private static readonly double[] Point12345 =
    [
        0.64093017578125, 0.81341552734375, 0.16033935546875, 0.52679443359375, 0.88848876953125, 0.05889892578125,
        0.12725830078125, 0.11334228515625, 0.80181884765625, 0.42962646484375, 0.07427978515625, 0.59881591796875,
        0.93096923828125, 0.94183349609375, 0.03448486328125, 0.64080810546875, 0.06256103515625, 0.05096435546875,
        0.31939697265625, 0.34344482421875, 0.19927978515625, 0.08123779296875, 0.60699462890625, 0.86273193359375,
        0.44134521484375, 0.29571533203125, 0.36602783203125, 0.48199462890625, 0.08770751953125, 0.40447998046875,
        0.28692626953125, 0.66204833984375, 0.50262451171875, 0.66131591796875, 0.19024658203125, 0.91058349609375,
        0.00262451171875, 0.32232666015625, 0.95989990234375, 0.94818115234375
    ];

    [Fact]
    public void Sequence_is_that_of_Joe_and_Kuo_when_it_is_not_scrambled()
    {
        var ten = new Sobol(10, null);
        var got = new double[10];
        for (var i = 0; i < 8; i++)
        {
            ten.Point((uint)i, got);
            Assert.Equal(First8[(10 * i)..(10 * i + 10)], got);
        }
        got = new double[40];
        new Sobol(40, null).Point(12345, got);
        Assert.Equal(Point12345, got);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(99)]
    public void Every_cell_of_a_grid_holds_one_point_whatever_the_scrambling(int seed)
    {
        // A (0, m, 2)-net in base 2: 256 points, one in every elementary box of area 1/256.
        var sobol = new Sobol(2, (ulong)seed);
        var x = new double[2];
        for (var power = 0; power <= 8; power++)
        {
            var cells = new HashSet<(int, int)>();
            for (uint i = 0; i < 256; i++)
            {
                sobol.Point(i, x);
                cells.Add(((int)(x[0] * (1 << power)), (int)(x[1] * (256 >> power))));
            }
            Assert.Equal(256, cells.Count);
        }
    }

    [Fact]
    public void Scrambling_moves_the_points_and_depends_on_the_seed()
    {
        double[] a = new double[3], b = new double[3];
        new Sobol(3, 1).Point(0, a);
        new Sobol(3, 2).Point(0, b);

        Assert.NotEqual(a, b);
        Assert.All(a, v => Assert.InRange(v, 1e-9, 1));
    }
}
