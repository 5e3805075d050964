using System.Collections.Frozen;
using System.Globalization;

namespace Sdl.Transport.OpcUa;

/// <summary>A name within a namespace (Part 6, 5.2.2.13).</summary>
public readonly record struct QualifiedName(ushort Namespace, string? Name)
{
    public override string ToString() =>
        Namespace == 0 ? Name ?? "" : string.Create(CultureInfo.InvariantCulture, $"{Namespace}:{Name}");
}

/// <summary>A text for people (Part 6, 5.2.2.14).</summary>
public readonly record struct LocalizedText(string? Locale, string? Text)
{
    public override string ToString() => Text ?? "";
}

/// <summary>How a service or a value fared (Part 6, 5.2.2.11). The lower half holds bits beside the code.</summary>
public readonly record struct StatusCode(uint Value)
{
    private static readonly Lazy<FrozenDictionary<uint, string>> Known = new(() => typeof(StatusCodes).GetFields()
        .DistinctBy(f => (uint)f.GetRawConstantValue()!)
        .ToFrozenDictionary(f => (uint)f.GetRawConstantValue()!, f => f.Name));

    public bool IsGood => Value >> 30 == 0;

    public bool IsUncertain => Value >> 30 == 1;

    public bool IsBad => Value >> 31 == 1;

    /// <summary>The code without the bits beside it, as in <see cref="StatusCodes"/>.</summary>
    public uint Code => Value & 0xFFFF0000;

    public static implicit operator StatusCode(uint value) => new(value);

    public override string ToString() =>
        Known.Value.TryGetValue(Code, out var name)
            ? name
            : string.Create(CultureInfo.InvariantCulture, $"0x{Value:X8}");
}
