namespace Sdl.Drivers.Grippers;

/// <summary>Bits 4 and 5 of the status: whether the gripper is awake.</summary>
internal enum RobotiqWake
{
    Reset = 0, Activating = 1, Active = 3,
}

/// <summary>Bits 6 and 7 of the status: what the fingers have met.</summary>
internal enum RobotiqObject
{
    Moving = 0, MetOpening = 1, MetClosing = 2, AtPosition = 3,
}

/// <summary>The input registers 2000 to 2002, read in one go.</summary>
/// <param name="IsAwake">gACT: it is asked to be awake.</param>
/// <param name="Goes">gGTO: it goes, or has gone, to the position that it was asked for.</param>
/// <param name="Fault">gFLT.</param>
/// <param name="Asked">gPR: the position that it was asked for, 0 open to 255 closed.</param>
/// <param name="Position">gPO: where the fingers are.</param>
internal sealed record RobotiqState(
    bool IsAwake, bool Goes, RobotiqWake Wake, RobotiqObject Object, int Fault, int Asked, int Position)
{
    public const ushort Start = 2000, Count = 3;

    /// <summary>The output registers 1000 to 1002: action, position, speed and force.</summary>
    public const ushort Order = 1000;

    public const ushort Reset = 0x0000, Activate = 0x0100, Go = 0x0900;

    public static RobotiqState From(ushort[] r) => new(
        (r[0] >> 8 & 1) == 1, (r[0] >> 11 & 1) == 1, (RobotiqWake)(r[0] >> 12 & 3), (RobotiqObject)(r[0] >> 14 & 3),
        r[1] >> 8, r[1] & 0xFF, r[2] >> 8);

    public bool IsHeld => Wake == RobotiqWake.Active && Object is RobotiqObject.MetOpening or RobotiqObject.MetClosing;

    public bool Moves => Wake == RobotiqWake.Activating
        || (Wake == RobotiqWake.Active && Goes && Object == RobotiqObject.Moving);

    /// <summary>The fault in words, with what to do; null when there is none. The low ones only say that it sleeps.
    /// </summary>
    public string? Why => Fault switch
    {
        0 => null,
        5 or 7 => "it is not awake; use 'activate'",
        8 => "it is too hot; let it cool down",
        9 => "it heard nothing for a second; see its cable",
        0x0A => "its supply is below 21.6 V",
        0x0B => "it releases by itself, as somebody asked it to",
        0x0C => "an internal fault; see the maker",
        0x0D => "it could not be activated: is something between the fingers?",
        0x0E => "its motor took too much current: is something in the way?",
        0x0F => "it has released by itself; use 'activate'",
        _ => $"fault {Fault:X2}, which is not in its list",
    };

    public override string ToString() =>
        $"{Wake}, {Object}, position {Position} of {Asked}" + (Fault == 0 ? "" : $", fault {Fault:X2}");
}
