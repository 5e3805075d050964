using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Units;

namespace Sdl.Core.Safety;

/// <summary>Comparisons of readings with quantities, joined by <c>and</c> and <c>or</c>: what an interlock
/// watches.</summary>
public abstract record Condition
{
    /// <summary>The readings that it asks for, each once, in the order of the text.</summary>
    public IReadOnlyList<ReadingId> Readings => Comparisons.Select(c => c.Reading).Distinct().ToList();

    /// <summary>All comparisons, in the order of the text.</summary>
    public abstract IEnumerable<Comparison> Comparisons { get; }

    /// <summary>Holds exactly where this one does not.</summary>
    public abstract Condition Negated { get; }

    /// <summary>Whether it holds; null when that depends on readings that are not known.</summary>
    /// <param name="readings">The value of a reading in the dimension that it declares, or null.</param>
    public abstract bool? Holds(Func<ReadingId, Quantity?> readings);

    /// <summary>Where it holds: in none, one or several regions.</summary>
    /// <exception cref="ExpressionException">There are too many of them.</exception>
    public abstract IReadOnlyList<Region> Regions { get; }

    /// <exception cref="ExpressionException">It is something else than comparisons of a reading with a
    /// quantity.</exception>
    public static Condition From(Expression expression) => expression switch
    {
        Expression.Binary { Operator: "and" } e => new Both(From(e.Left), From(e.Right)),
        Expression.Binary { Operator: "or" } e => new Either(From(e.Left), From(e.Right)),
        Expression.Binary { Left: Expression.Reference reading, Right: Expression.Literal limit } e
            when ComparatorWords.Find(e.Operator) is { } comparator =>
            new Comparison(IdOf(reading), comparator, limit.Value),
        Expression.Binary { Left: Expression.Literal limit, Right: Expression.Reference reading } e
            when ComparatorWords.Find(e.Operator) is { } comparator =>
            new Comparison(IdOf(reading), comparator.Mirrored(), limit.Value),
        _ => throw new ExpressionException(
            "a condition compares one reading with one quantity, such as thermostat.temperature > 65 degC; "
            + "several are joined by 'and' and 'or'"),
    };

    private static ReadingId IdOf(Expression.Reference reference)
    {
        var text = reference.Name;
        var dot = text.IndexOf('.');
        return dot > 0 && dot < text.Length - 1 && dot == text.LastIndexOf('.')
            ? new ReadingId(new InstrumentId(text[..dot]), text[(dot + 1)..])
            : throw new ExpressionException(
                $"'{text}' names no reading; write instrument.reading, such as thermostat.temperature");
    }

    /// <summary>One reading against one quantity.</summary>
    public sealed record Comparison(ReadingId Reading, Comparator Comparator, Quantity Limit) : Condition
    {
        public override IEnumerable<Comparison> Comparisons => [this];

        public override Condition Negated => this with { Comparator = Comparator.Negated() };

        public override IReadOnlyList<Region> Regions =>
            Comparator.Intervals(Limit.Si).Select(i => Region.Of(Reading, i)).ToList();

        public override bool? Holds(Func<ReadingId, Quantity?> readings) =>
            readings(Reading) is { } value ? Comparator.Holds(value.CompareTo(Limit)) : null;

        public override string ToString() => $"{Reading} {Comparator.Word()} {Limit}";
    }

    /// <summary>Both hold.</summary>
    public sealed record Both(Condition Left, Condition Right) : Condition
    {
        public override IEnumerable<Comparison> Comparisons => Left.Comparisons.Concat(Right.Comparisons);

        public override Condition Negated => new Either(Left.Negated, Right.Negated);

        public override IReadOnlyList<Region> Regions => Region.Meet(Left.Regions, Right.Regions);

        public override bool? Holds(Func<ReadingId, Quantity?> readings)
        {
            var right = Right.Holds(readings);
            return Left.Holds(readings) switch
            {
                true => right,
                false => false,
                null => right == false ? false : null,
            };
        }

        public override string ToString() => $"{Inside(Left)} and {Inside(Right)}";

        private static string Inside(Condition part) => part is Either ? $"({part})" : part.ToString();
    }

    /// <summary>One of them holds, or both.</summary>
    public sealed record Either(Condition Left, Condition Right) : Condition
    {
        public override IEnumerable<Comparison> Comparisons => Left.Comparisons.Concat(Right.Comparisons);

        public override Condition Negated => new Both(Left.Negated, Right.Negated);

        public override IReadOnlyList<Region> Regions => [.. Left.Regions, .. Right.Regions];

        public override bool? Holds(Func<ReadingId, Quantity?> readings) =>
            Left.Holds(readings) | Right.Holds(readings);

        public override string ToString() => $"{Left} or {Right}";
    }
}
