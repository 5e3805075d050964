namespace Sdl.Core.Protocols;

/// <summary>A place in an input file; line and column count from 1.</summary>
public readonly record struct Mark(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>What is wrong with an input, and where: what the person who wrote it needs to mend it.</summary>
public sealed record Finding(Mark At, string Text)
{
    public override string ToString() => $"{At}: {Text}";
}

/// <summary>Input that cannot be used. Carries every finding, not just the first.</summary>
public sealed class FindingsException(IReadOnlyList<Finding> findings)
    : Exception(string.Join(Environment.NewLine, findings))
{
    public IReadOnlyList<Finding> Findings => findings;
}
