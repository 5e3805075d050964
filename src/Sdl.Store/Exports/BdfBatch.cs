namespace Sdl.Store.Exports;

/// <summary>A stretch of rows, column by column: what readers give and writers take, so that a file of any length needs
/// the memory of one batch.</summary>
public sealed class BdfBatch
{
    private readonly double[]?[] _numbers;
    private readonly string?[]?[] _texts;

    public BdfBatch(IReadOnlyList<BdfColumn> columns, int capacity)
    {
        (Columns, Capacity) = (columns, capacity);
        _numbers = [.. columns.Select(c => c.Kind == BdfKind.Text ? null : new double[capacity])];
        _texts = [.. columns.Select(c => c.Kind == BdfKind.Text ? new string?[capacity] : null)];
    }

    public IReadOnlyList<BdfColumn> Columns { get; }

    public int Capacity { get; }

    /// <summary>Rows in use.</summary>
    public int Count { get; set; }

    /// <summary>Number of the first row in the file, from 1; the header does not count.</summary>
    public long FirstRow { get; set; } = 1;

    /// <summary>Cells that could not be read.</summary>
    public List<BdfFault> Faults { get; } = [];

    /// <summary>All <see cref="Capacity"/> cells of a column of numbers or counts.</summary>
    public double[] Numbers(int column) => _numbers[column]
        ?? throw new ArgumentException($"'{Columns[column].Label}' holds texts");

    /// <summary>All cells of a column of texts.</summary>
    public string?[] Texts(int column) => _texts[column]
        ?? throw new ArgumentException($"'{Columns[column].Label}' holds numbers");

    /// <summary>Index of a column; -1 when it is not there.</summary>
    public int IndexOf(BdfColumn column)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i].Label == column.Label)
                return i;
        return -1;
    }
}

/// <summary>What is wrong with a file of the Battery Data Format.</summary>
/// <param name="Row">From 1, the header does not count; 0 is the header.</param>
/// <param name="Column">As its header says.</param>
public sealed record BdfFault(long Row, string Column, string Text)
{
    public override string ToString() => Row == 0 ? $"header, '{Column}': {Text}" : $"row {Row}, '{Column}': {Text}";
}
