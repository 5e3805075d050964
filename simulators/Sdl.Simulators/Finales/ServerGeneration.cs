namespace Sdl.Simulators.Finales;

/// <summary>The two ages of the libraries below a FINALES server, which show in its error bodies, in what it takes for
/// a text, and in what it makes of NaN.</summary>
public enum ServerGeneration
{
    /// <summary>FastAPI 0.92 with Pydantic 1.10, as Debian 12 has them.</summary>
    Pydantic1,

    /// <summary>FastAPI 0.115 with Pydantic 2.</summary>
    Pydantic2,
}
