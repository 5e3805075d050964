using System.Runtime.Intrinsics;
using Sdl.Planner.Numerics;

namespace Sdl.Tests.Planner.Numerics;

public sealed class ExponentialTests
{
    [Fact]
    public void Values_equal_those_of_the_runtime_to_the_last_digits()
    {
        for (var x = -707.5; x < 50; x += 0.0371)
        {
            var expected = Math.Exp(x);
            Assert.Equal(1, Exponential.Of(Vector256.Create(x))[2] / expected, 1e-15);
        }
        Assert.Equal(1, Exponential.Of(Vector256.Create(0.0))[0]);
        Assert.InRange(Exponential.Of(Vector256.Create(-1e300))[0], 0, 1e-300);
    }
}
