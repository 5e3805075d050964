using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sdl.Core.Instruments;

namespace Sdl.Drivers.Robots;

/// <summary>Five general-purpose registers in which driver and program tell each other how far a call has come. They
/// outlive the program that drives the robot, so that it can be asked after a crash; a restart of the controller clears
/// them.</summary>
/// <param name="Call">Written by the driver before it starts the program: the token of the call.</param>
/// <param name="Slot">Written by the driver: what the program may read.</param>
/// <param name="Begun">Written by the program before its first motion: the token.</param>
/// <param name="Finished">Written by the program as the last thing that it does: the token.</param>
/// <param name="Result">Written by the program before <paramref name="Finished"/>: 0, or why it could not do its
/// work.</param>
internal sealed record UrHandshake(ushort Call, ushort Slot, ushort Begun, ushort Finished, ushort Result)
{
    public const ushort Count = 5;

    /// <summary>No call yet, but a driver has been here since the controller started.</summary>
    public const ushort Idle = 1;

    public static UrHandshake From(ushort[] registers) =>
        new(registers[0], registers[1], registers[2], registers[3], registers[4]);

    /// <summary>What the driver writes before it starts a program, in one go.</summary>
    public static ushort[] Start(ushort token, ushort slot) => [token, slot, 0, 0, 0];

    /// <summary>2 to 65535; the same for the same call, also for a program that has been started anew.</summary>
    public static ushort TokenOf(CallId call)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(call.Value));
        return (ushort)(2 + BinaryPrimitives.ReadUInt32BigEndian(hash) % (ushort.MaxValue - 1));
    }

    public static string Explain(ushort result) => result switch
    {
        1 => "there was nothing to pick up",
        2 => "the place to put it down is taken",
        3 => "the part was not in the gripper after the grip",
        4 => "the program does not know this slot",
        _ => "see the program",
    };
}
