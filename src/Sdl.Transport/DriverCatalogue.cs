using System.Reflection;
using Sdl.Core.Instruments;

namespace Sdl.Transport;

/// <param name="Type">Has one public constructor, which takes a <see cref="DriverContext"/>.</param>
public sealed record DriverEntry(DriverAttribute Attribute, Type Type);

/// <summary>The drivers that the given assemblies hold, by kind.</summary>
public sealed class DriverCatalogue(params IEnumerable<Assembly> assemblies)
{
    private readonly SortedDictionary<string, DriverEntry> _entries = new(
        (from assembly in assemblies
         from type in assembly.GetExportedTypes()
         let attribute = type.GetCustomAttribute<DriverAttribute>()
         where attribute is not null
         select new DriverEntry(attribute, type)).ToDictionary(e => e.Attribute.Kind), StringComparer.Ordinal);

    public IReadOnlyCollection<DriverEntry> Entries => _entries.Values;

    public DriverEntry? Find(string kind) => _entries.GetValueOrDefault(kind);

    /// <exception cref="SettingException">A setting is missing, wrong or unknown to this driver.</exception>
    /// <exception cref="KeyNotFoundException">There is no such driver.</exception>
    public IInstrument Create(string kind, DriverContext context)
    {
        var entry = Find(kind) ?? throw new KeyNotFoundException(
            $"there is no driver '{kind}'; there are {string.Join(", ", _entries.Keys)}");
        try
        {
            var instrument = (IInstrument)Activator.CreateInstance(entry.Type, context)!;
            return context.Settings.Unread.FirstOrDefault() is { } unread
                ? throw new SettingException(unread, $"is unknown to {kind}")
                : instrument;
        }
        catch (TargetInvocationException e) when (e.InnerException is SettingException inner)
        {
            throw inner;
        }
    }
}
