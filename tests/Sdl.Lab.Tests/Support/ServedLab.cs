namespace Sdl.Lab.Tests.Support;

/// <summary>The simulators of the example lab on real ports, served by a process of their own.</summary>
internal sealed record ServedLab(SdlProcess Server, string File, string Addresses) : IDisposable
{
    // Shorter programs of the arm rather than a quicker clock, which would make the drivers' time-outs shorter too.
    public static async Task<ServedLab> StartAsync(
        Scratch scratch, string speed, params IEnumerable<(string From, string To)> changes)
    {
        var file = scratch.Changed(
            Repository.Lab,
            [
                ("25 s new", "5 s new"), ("120 s none", "5 s none"), ("30 s clear", "5 s clear"),
                ("300 s clear", "5 s clear"), .. changes,
            ]);
        var server = SdlProcess.Start("simulate", file, "--speed", speed);
        await server.UntilAsync(
            () => server.Errors.Contains("Ctrl-C ends them", StringComparison.Ordinal) ? server : null,
            "the simulators");
        return new ServedLab(server, file, scratch.Write("addresses.txt", server.Output));
    }

    public void Dispose() => Server.Dispose();
}
