namespace Sdl.Lab.Tests.Support;

/// <summary>Tests in which devices answer within real time-outs: they run by themselves, when all others are done.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealTime
{
    public const string Name = "real time";
}
