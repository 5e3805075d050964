using System.Text.Json;
using System.Text.RegularExpressions;
using NJsonSchema.Validation;

namespace Sdl.Finales.Schemas;

/// <summary>A validator's finding in a sentence that names the place and what was wanted there.</summary>
internal static partial class SchemaText
{
    private const int MostShown = 40;

    public static IEnumerable<string> Of(ValidationError fault, JsonElement root)
    {
        if (fault is ChildSchemaValidationError branches)
        {
            var inner = branches.Errors.Values.Select(e => e.ToList()).ToList();
            // Where each branch wants another type at this very place, one sentence says it all.
            if (inner.TrueForAll(b => b.TrueForAll(e => e.Path == fault.Path && Wanted(e.Kind) is not null)))
                return [$"{Place(fault)} should be {string.Join(" or ", inner.SelectMany(b => b)
                    .Select(e => Wanted(e.Kind)).Distinct())}{Found(fault, root)}"];
            // Else the branch that the value is an attempt at: the one whose faults lie deepest.
            return inner.MaxBy(b => b.Count == 0 ? 0 : b.Max(e => e.Path?.Length ?? 0))!.SelectMany(e => Of(e, root));
        }
        return [fault.Kind switch
        {
            ValidationErrorKind.PropertyRequired => $"'{Place(fault)}' is missing",
            ValidationErrorKind.TooManyItems => $"{Place(fault)} has more than {fault.Schema.MaxItems} entries",
            ValidationErrorKind.TooFewItems => $"{Place(fault)} has fewer than {fault.Schema.MinItems} entries",
            ValidationErrorKind.TooManyItemsInTuple => $"{Place(fault)} has too many entries",
            ValidationErrorKind.NumberTooBig =>
                $"{Place(fault)} should be at most {fault.Schema.Maximum}{Found(fault, root)}",
            ValidationErrorKind.NumberTooSmall =>
                $"{Place(fault)} should be at least {fault.Schema.Minimum}{Found(fault, root)}",
            ValidationErrorKind.NotInEnumeration => $"{Place(fault)} should be one of "
                + string.Join(", ", fault.Schema.Enumeration) + Found(fault, root),
            _ when Wanted(fault.Kind) is { } wanted => $"{Place(fault)} should be {wanted}{Found(fault, root)}",
            _ => $"{Place(fault)}: {Words.Replace(fault.Kind.ToString(), " $1").Trim().ToLowerInvariant()}"
                + Found(fault, root),
        }];
    }

    private static string? Wanted(ValidationErrorKind kind) => kind switch
    {
        ValidationErrorKind.NumberExpected => "a number",
        ValidationErrorKind.IntegerExpected => "a whole number",
        ValidationErrorKind.StringExpected => "a text",
        ValidationErrorKind.BooleanExpected => "true or false",
        ValidationErrorKind.ArrayExpected => "a list",
        ValidationErrorKind.ObjectExpected => "an object",
        ValidationErrorKind.NullExpected => "null",
        _ => null,
    };

    private static string Place(ValidationError fault) =>
        fault.Path?.TrimStart('#', '/') is { Length: > 0 } path ? path : "the whole";

    private static string Found(ValidationError fault, JsonElement root)
    {
        var at = root;
        foreach (Match step in Steps.Matches(fault.Path?.TrimStart('#', '/') ?? ""))
            if (step.Groups["index"] is { Success: true, ValueSpan: var index })
            {
                if (at.ValueKind != JsonValueKind.Array || int.Parse(index) >= at.GetArrayLength())
                    return "";
                at = at[int.Parse(index)];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step.Value, out at))
                return "";
        var text = at.GetRawText();
        return $", and is {(text.Length > MostShown ? text[..MostShown] + "…" : text)}";
    }

    [GeneratedRegex(@"\[(?<index>\d+)\]|[^.\[\]]+")]
    private static partial Regex Steps { get; }

    [GeneratedRegex("([A-Z])")]
    private static partial Regex Words { get; }
}
