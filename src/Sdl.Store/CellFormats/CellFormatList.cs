using Sdl.Core.Cells;
using Sdl.Core.Protocols;

namespace Sdl.Store.CellFormats;

/// <summary>A format that a cell protocol can be written in.</summary>
/// <param name="Extension">With its dot.</param>
/// <param name="NeedsName">The other program wants the name of the cell.</param>
public sealed record CellFormat(
    string Name, string Extension, bool NeedsName, Func<CellProtocol, CellExportOptions, CellExport> Writer)
{
    public static IReadOnlyList<CellFormat> All { get; } =
    [
        new("unicycler", ".json", false, UnicyclerExport.Write),
        new("neware", ".xml", true, NewareExport.Write),
        new("mps", ".mps", true, BioLogicExport.Write),
        new("tomato", ".json", true, TomatoExport.Write),
        new("pybamm", ".json", false, PybammExport.Write),
        new("battinfo", ".jsonld", false, BattInfoExport.Write),
        new("battinfo-test", ".json", false, TestProtocolExport.Write),
        new("yaml", ".yaml", false, (p, _) => new CellExport(CellYaml.Write(p), [])),
    ];

    /// <summary>Writes it, once it is known that it can be run at all.</summary>
    /// <exception cref="FindingsException">The format cannot carry it, or the name or capacity of the cell is missing.
    /// </exception>
    public CellExport Write(CellProtocol protocol, CellExportOptions options)
    {
        if (NeedsName && protocol.Sample.Name is null)
            throw new FindingsException(
                [new Finding(protocol.At, $"{Name} wants the name of the cell: give --sample, or 'cell'")]);
        try
        {
            return Writer(protocol, options);
        }
        catch (CellProtocolException e)
        {
            throw new FindingsException(
                [new Finding(CellProtocolChecker.NeedsCapacity(protocol) ?? protocol.At, e.Message)]);
        }
    }
}
