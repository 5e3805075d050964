namespace Sdl.Simulators;

/// <summary>Faults of one simulated device, switched on and off by name while it runs.</summary>
public sealed class Faults(params string[] known)
{
    private readonly HashSet<string> _active = [];

    public IReadOnlyList<string> Known => known;

    /// <exception cref="ArgumentException">The device has no such fault.</exception>
    public bool this[string name]
    {
        get => _active.Contains(Checked(name));
        set
        {
            if (value)
                _active.Add(Checked(name));
            else
                _active.Remove(Checked(name));
        }
    }

    private string Checked(string name) => known.Contains(name)
        ? name
        : throw new ArgumentException($"this device has no fault '{name}'; it has {string.Join(", ", known)}");
}
