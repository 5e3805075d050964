using System.Text.Json;

namespace Sdl.Store.CellFormats;

/// <summary>Reads cell protocols that other programs wrote as JSON.</summary>
public static class CellImports
{
    /// <summary>By their content: steps with a <c>mode</c> are those of BattINFO, with a <c>step</c> of unicycler.
    /// </summary>
    /// <exception cref="Core.Protocols.FindingsException">It cannot be used.</exception>
    public static CellImport Read(byte[] json, string file)
    {
        var root = JsonPlace.Parse(json, file);
        return root.Find("method")?.Items.Any(i => i.Type == JsonTokenType.StartObject && i.Find("mode") is not null)
            == true ? TestProtocolImport.Read(json, file) : UnicyclerImport.Read(json, file);
    }
}
