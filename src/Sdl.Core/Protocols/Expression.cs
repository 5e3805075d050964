using Sdl.Core.Units;

namespace Sdl.Core.Protocols;

/// <summary>What an expression gives: a number of some dimension, or yes and no.</summary>
public readonly record struct ExpressionType(Dimension Dimension, bool IsCondition)
{
    public static readonly ExpressionType Condition = new(default, true);

    public static ExpressionType Number(Dimension dimension) => new(dimension, false);

    public override string ToString() => IsCondition ? "a condition" : $"a quantity in {Dimension}";
}

/// <summary>A formula over parameters and saved values: <c>2 * volume + 0.1 mL</c>,
/// <c>abs(filled.mass - expected) &lt; 20 mg</c>. Conditions evaluate to 1 or 0.</summary>
public abstract record Expression
{
    /// <summary>Dimension of the result, by the dimensions of the names.</summary>
    /// <exception cref="ExpressionException">A name is unknown or dimensions do not fit.</exception>
    public abstract ExpressionType TypeIn(Func<string, Dimension?> names);

    /// <exception cref="ExpressionException">A name has no value, or the result is no finite number.</exception>
    public abstract Quantity Evaluate(Func<string, Quantity?> names);

    public sealed record Literal(Quantity Value) : Expression
    {
        public override ExpressionType TypeIn(Func<string, Dimension?> names) => ExpressionType.Number(Value.Dimension);

        public override Quantity Evaluate(Func<string, Quantity?> names) => Value;
    }

    /// <summary>A parameter, or <c>record.column</c> (its last value), or <c>analysis.output</c>.</summary>
    public sealed record Reference(string Name) : Expression
    {
        public override ExpressionType TypeIn(Func<string, Dimension?> names) =>
            ExpressionType.Number(names(Name) ?? throw new ExpressionException($"there is no value '{Name}' here"));

        public override Quantity Evaluate(Func<string, Quantity?> names) =>
            names(Name) ?? throw new ExpressionException($"'{Name}' has no value yet");
    }

    public sealed record Negate(Expression Of) : Expression
    {
        public override ExpressionType TypeIn(Func<string, Dimension?> names) => NumberIn(Of, names, "-");

        public override Quantity Evaluate(Func<string, Quantity?> names) => -Of.Evaluate(names);
    }

    public sealed record Binary(string Operator, Expression Left, Expression Right) : Expression
    {
        public override ExpressionType TypeIn(Func<string, Dimension?> names)
        {
            var (left, right) = (Left.TypeIn(names), Right.TypeIn(names));
            if (Operator is "and" or "or")
                return left.IsCondition && right.IsCondition ? ExpressionType.Condition
                    : throw new ExpressionException($"'{Operator}' joins two conditions");
            if (left.IsCondition || right.IsCondition)
                throw new ExpressionException($"'{Operator}' works on quantities, not on conditions");
            return Operator switch
            {
                "*" or "/" => ExpressionType.Number(Of(left.Dimension, right.Dimension)),
                _ when left != right => throw new ExpressionException(
                    $"'{Operator}' needs two quantities of one dimension, not {left.Dimension} and {right.Dimension}"),
                "+" or "-" => left,
                _ => ExpressionType.Condition,
            };
        }

        public override Quantity Evaluate(Func<string, Quantity?> names)
        {
            var left = Left.Evaluate(names);
            // The right side of a decided condition is not looked at, so a guard can protect a name without value.
            if (Operator == "and" && left.Si == 0 || Operator == "or" && left.Si != 0)
                return left;
            var right = Right.Evaluate(names);
            return Operator switch
            {
                "+" => Finite(left.Si + right.Si, left.Dimension),
                "-" => Finite(left.Si - right.Si, left.Dimension),
                "*" => Finite(left.Si * right.Si, Of(left.Dimension, right.Dimension)),
                "/" => Finite(left.Si / right.Si, Of(left.Dimension, right.Dimension)),
                "<" => Truth(left < right),
                "<=" => Truth(left <= right),
                ">" => Truth(left > right),
                ">=" => Truth(left >= right),
                "==" => Truth(left == right),
                "!=" => Truth(left != right),
                _ => right,
            };
        }

        private Dimension Of(Dimension left, Dimension right)
        {
            try
            {
                return Operator == "*" ? left * right : left / right;
            }
            catch (OverflowException)
            {
                throw new ExpressionException($"'{Operator}' gives a power of units that is beyond all measure");
            }
        }

        private static Quantity Finite(double si, Dimension dimension) => double.IsFinite(si)
            ? new Quantity(si, dimension)
            : throw new ExpressionException("the result is no finite number (a division by zero?)");

        private static Quantity Truth(bool value) => new(value ? 1 : 0, default);
    }

    /// <summary><c>abs</c>, <c>min</c>, <c>max</c>.</summary>
    public sealed record Call(string Function, IReadOnlyList<Expression> Arguments) : Expression
    {
        public static readonly IReadOnlyList<string> Functions = ["abs", "min", "max"];

        public override ExpressionType TypeIn(Func<string, Dimension?> names)
        {
            if (Arguments.Count != 1 && Function == "abs" || Arguments.Count == 0)
                throw new ExpressionException($"{Function} has the wrong number of arguments");
            var types = Arguments.Select(a => NumberIn(a, names, Function)).Distinct().ToList();
            return types.Count == 1 ? types[0]
                : throw new ExpressionException($"the arguments of {Function} have different dimensions");
        }

        public override Quantity Evaluate(Func<string, Quantity?> names)
        {
            var values = Arguments.Select(a => a.Evaluate(names)).ToList();
            return Function switch
            {
                "abs" => new Quantity(Math.Abs(values[0].Si), values[0].Dimension),
                "min" => values.Min(),
                _ => values.Max(),
            };
        }
    }

    private static ExpressionType NumberIn(Expression e, Func<string, Dimension?> names, string where) =>
        e.TypeIn(names) is { IsCondition: false } type ? type
            : throw new ExpressionException($"'{where}' works on quantities, not on conditions");
}

public sealed class ExpressionException(string message) : Exception(message);
