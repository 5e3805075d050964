namespace Sdl.Simulators.Grippers;

/// <summary>The fingers and the small controller of a Robotiq gripper. They are computed when somebody looks, from
/// where they last began to move, so that looking changes nothing.</summary>
/// <param name="open">Count of the open fingers.</param>
/// <param name="closed">Count of the closed fingers.</param>
/// <param name="inside">Count at which closing fingers meet an object, if one is there.</param>
/// <param name="outside">Count at which opening fingers meet one.</param>
/// <param name="slow">Counts in a second at speed 0.</param>
/// <param name="fast">The same at speed 255.</param>
internal sealed class RobotiqFingers(
    TimeProvider clock, Faults faults, int open, int closed, double? inside, double? outside, double slow, double fast)
{
    private static readonly TimeSpan ActivationTime = TimeSpan.FromSeconds(1.5);

    private readonly List<DeviceEffect> _effects = [];
    private DateTimeOffset _since = clock.GetUtcNow();
    private double _from = open, _end = open, _speed;

    /// <summary>0 asleep, 1 activating, 3 awake.</summary>
    public int Wake { get; set; }

    /// <summary>gGTO.</summary>
    public bool Goes { get; private set; }

    /// <summary>gPR.</summary>
    public int Asked { get; private set; }

    /// <summary>gFLT.</summary>
    public int Fault { get; set; }

    public IReadOnlyList<DeviceEffect> Effects => _effects;

    public bool IsMoving
    {
        get
        {
            Advance();
            return Wake == 1 || _speed != 0;
        }
    }

    /// <summary>Counts.</summary>
    public double Position
    {
        get
        {
            Advance();
            return Now();
        }
    }

    /// <summary>gOBJ: 0 moving, 1 and 2 met something while opening and closing, 3 at the position.</summary>
    public int Object
    {
        get
        {
            Advance();
            return _speed != 0 ? 0
                : _end == inside && Asked > _end && !faults["no-object"] ? 2
                : _end == outside && Asked < _end && !faults["no-object"] ? 1
                : 3;
        }
    }

    /// <summary>Wakes up or falls asleep; what moves stands.</summary>
    public void Activate(bool isAwake)
    {
        Advance();
        if (isAwake == (Wake != 0))
            return;
        Stand();
        (Wake, Goes, Fault) = (isAwake ? 1 : 0, false, 0);
        _since = clock.GetUtcNow();
    }

    /// <summary>Goes to a position, or stands where it is.</summary>
    public void Go(bool goes, int position, int speed)
    {
        Advance();
        if (Wake != 3)
        {
            Fault = !goes ? Fault : Wake == 1 ? 5 : 7;
            return;
        }
        if (!goes)
        {
            Stand();
            return;
        }
        if (Goes && Asked == position)
            return;
        var share = faults.ShareOfEffect();
        _from = Now();
        (Goes, Asked, Fault, _since) = (true, position, 0, clock.GetUtcNow());
        _end = Math.Clamp(position, open, closed);
        if (!faults["no-object"])
            _end = inside is { } stop && _from <= stop && stop < _end ? stop
                : outside is { } reach && _from >= reach && reach > _end ? reach : _end;
        _end = _from + (_end - _from) * share;
        _speed = Math.Sign(_end - _from) * (slow + (fast - slow) * speed / 255);
    }

    /// <summary>The power goes, and comes back: the gear holds the fingers where they are.</summary>
    public void LosePower()
    {
        Advance();
        Stand();
        (Wake, Goes, Asked, Fault) = (0, false, 0, 0);
    }

    /// <summary>Its motor gives up.</summary>
    public void Trip(int fault)
    {
        Advance();
        Stand();
        Fault = fault;
    }

    public void Advance()
    {
        var now = clock.GetUtcNow();
        if (Wake == 1 && now - _since >= ActivationTime)
        {
            // It has closed and opened once: what it held has fallen.
            (Wake, _from, _end, _since) = (3, open, open, _since + ActivationTime);
            _effects.Add(new DeviceEffect(_since, _since, "activated", 1));
        }
        if (_speed == 0 || Math.Abs(_end - _from) > Math.Abs(_speed) * (now - _since).TotalSeconds)
            return;
        (_from, _speed) = (_end, 0);
    }

    private void Stand()
    {
        _from = _end = Now();
        (_speed, Goes) = (0, false);
    }

    private double Now() => Wake == 1 ? Activating() : _from + _speed * (clock.GetUtcNow() - _since).TotalSeconds;

    // Closes in the first half of its time and opens in the second.
    private double Activating()
    {
        var share = (clock.GetUtcNow() - _since) / ActivationTime;
        return share < 0.5 ? _from + (closed - _from) * 2 * share : closed + (open - closed) * (2 * share - 1);
    }
}
