using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Materials;
using Sdl.Runtime.Reading;
using Sdl.Store;

namespace Sdl.App.Composition;

/// <summary>Keeps account of what a laboratory holds while it works.</summary>
public static class Stockroom
{
    /// <summary>Takes the ledger up from the journal; in a new journal it first writes down what the lab file says is
    /// there. Without an inventory nobody keeps account.</summary>
    /// <exception cref="JournalException">It cannot be written.</exception>
    public static async Task OpenAsync(LabSession session, SqliteJournal journal, string author)
    {
        var inventory = session.Lab.Inventory;
        if (inventory.IsNone)
            return;
        var ledger = Ledger.Of(journal.Read());
        session.Stock = new StockAccount(inventory, ledger);
        journal.Appended += session.Stock.See;
        if (!ledger.IsCounted)
            await journal.AppendAsync(
                new InventoryTaken(
                    inventory.Containers.ToDictionary(c => c.Key, c => new Held(c.Value.Holds, c.Value.Volume)),
                    inventory.Parts.ToDictionary(p => p.Key, p => p.Value.Count), author),
                CancellationToken.None);
    }

    /// <summary>For the result folder: what there is to begin with, as a file, where the lab file says otherwise.
    /// </summary>
    /// <param name="inputs">The other files.</param>
    public static (string From, string To)[] WithInventory(
        Lab asRead, Lab lab, params (string From, string To)[] inputs)
    {
        if (ReferenceEquals(asRead.Inventory, lab.Inventory))
            return inputs;
        var file = Path.Combine(Directory.CreateTempSubdirectory("sdl-inventory-").FullName, "inventory.yaml");
        File.WriteAllText(file, LedgerYaml.Write(lab.Inventory, lab.Prices));
        return [.. inputs, (file, "inventory.yaml")];
    }

    /// <summary>The lab with what an earlier run or campaign left, or with what a file says.</summary>
    /// <param name="from">A result folder or an inventory file; null for the lab as it is.</param>
    /// <exception cref="Sdl.Core.Protocols.FindingsException">The file cannot be used.</exception>
    public static Lab Supply(Lab lab, string? from)
    {
        if (from is null)
            return lab;
        if (!Directory.Exists(from))
            return InventoryReader.Replace(lab, from);
        using var journal = SqliteJournal.OpenForReading(from);
        return lab with { Inventory = LedgerYaml.Left(Ledger.Of(journal.Read()), lab.Inventory) };
    }
}
