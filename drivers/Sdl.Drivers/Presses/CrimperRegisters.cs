using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sdl.Core.Instruments;

namespace Sdl.Drivers.Presses;

/// <summary>The register map of Crimper.md, version 1.</summary>
internal static class CrimperRegisters
{
    public const ushort Model = 0x4350, Version = 1;

    /// <summary>Identity, version, largest force in N, stroke in 10 um.</summary>
    public const ushort Identity = 0, IdentityCount = 4;

    /// <summary>Status to the crimp counter, see <see cref="CrimperState"/>.</summary>
    public const ushort State = 10, StateCount = 12;

    /// <summary>A tenth of a second each; 0 is never.</summary>
    public const ushort Watchdog = 40;

    /// <summary>Command, mode, force in N, position in 10 um, dwell in 10 ms, token (high word first).</summary>
    public const ushort Order = 50;

    public const ushort Crimp = 1, Open = 2, Acknowledge = 3;

    public const ushort ToForce = 0, ToPosition = 1;

    /// <summary>1 to 4294967295; the same for the same call, also for a program that has been started anew.</summary>
    public static uint TokenOf(CallId call) => Math.Max(1,
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(call.Value))));
}

/// <summary>Register 10.</summary>
[Flags]
internal enum CrimperStatus : ushort
{
    GuardClosed = 1, IsOpen = 2, Moves = 4, Presses = 8, EmergencyStop = 16, Fault = 32,
}

/// <summary>Register 16.</summary>
internal enum CrimperResult : ushort
{
    None = 0, UnderWay = 1, Done = 2, NotPressed = 3, CutShort = 4,
}

/// <summary>What the press shows at one moment, read in one go so that it belongs together.</summary>
/// <param name="Force">N, as it is now.</param>
/// <param name="Position">mm, as it is now.</param>
/// <param name="Token">Of the last crimp that was begun.</param>
/// <param name="Held">N, least force in the dwell of that crimp.</param>
/// <param name="Peak">N.</param>
/// <param name="At">mm, where the force was largest.</param>
/// <param name="Crimps">That were done, kept without power.</param>
internal sealed record CrimperState(
    CrimperStatus Status, int Fault, double Force, double Position, uint Token, CrimperResult Result, double Held,
    double Peak, double At, uint Crimps)
{
    public static CrimperState From(ushort[] r) => new(
        (CrimperStatus)r[0], r[1], r[2], r[3] / 100.0, (uint)(r[4] << 16 | r[5]), (CrimperResult)r[6],
        r[7], r[8], r[9] / 100.0, (uint)(r[10] << 16 | r[11]));

    public bool IsGuarded => Status.HasFlag(CrimperStatus.GuardClosed);

    /// <summary>Nothing moves and nothing is pressed, and it is open unless an open guard keeps it from
    /// moving.</summary>
    public bool IsSafe => (Status & (CrimperStatus.Moves | CrimperStatus.Presses)) == 0
        && (Status.HasFlag(CrimperStatus.IsOpen) || !IsGuarded);

    /// <summary>The fault in words, with what to do.</summary>
    public string Why => Fault switch
    {
        0 => "it reports no fault",
        1 => "the guard was opened while it closed; look at the part, close the guard",
        2 => "it came to its lowest position before the force: is the die empty, or the part too flat?",
        3 => "it came to its force limit before the position: is the part in the die askew, or the wrong one?",
        4 => "emergency stop; release it",
        5 => "its drive tripped while it pressed; see its drive",
        6 => "it lost its power while it closed",
        7 => "nobody talked to it for the time of its watchdog, so that it opened",
        _ => $"fault {Fault}, which its register map does not know",
    };

    public override string ToString() => $"{Status}, fault {Fault}, last crimp {Token:X8}: {Result}, {Crimps} crimps";
}
