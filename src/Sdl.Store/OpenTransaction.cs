using Microsoft.Data.Sqlite;

namespace Sdl.Store;

/// <summary>One transaction over many appends of a dry run, which cost several times as much when each is committed by
/// itself. It is committed when somebody has to rely on it, see <see cref="SqliteJournal.Flush"/>, and after a moment
/// in any case. Whoever calls holds the gate of the database.</summary>
internal sealed class OpenTransaction(Database database)
{
    private bool _isOpen;

    /// <summary>Writes as a part of the transaction; when that fails, all of it is undone.</summary>
    /// <exception cref="SqliteException">The disk is full, or gone.</exception>
    public void Do(Action work)
    {
        if (!_isOpen)
        {
            database["BEGIN IMMEDIATE"].Run();
            _isOpen = true;
        }
        try
        {
            work();
        }
        catch (SqliteException)
        {
            database.RollBack();
            throw;
        }
    }

    public void Commit()
    {
        if (!_isOpen)
            return;
        _isOpen = false;
        try
        {
            database["COMMIT"].Run();
        }
        catch (SqliteException)
        {
            database.RollBack();
            throw;
        }
    }
}
