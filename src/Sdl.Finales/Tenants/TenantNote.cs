using System.Text.Json;
using System.Text.Json.Serialization;
using Sdl.Core.Runs;
using Sdl.Finales.Client;

namespace Sdl.Finales.Tenants;

/// <summary>What a tenant writes into the journal of the laboratory about a request. What is going to be told to the
/// server is written before, and what the server has answered after, so that a tenant that died knows what it may have
/// done. Names and members are a file format: add, never rename.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "note")]
[JsonDerivedType(typeof(Claimed), "claimed")]
[JsonDerivedType(typeof(Reserved), "reserved")]
[JsonDerivedType(typeof(Owed), "owed")]
[JsonDerivedType(typeof(Posting), "posting")]
[JsonDerivedType(typeof(Posted), "posted")]
[JsonDerivedType(typeof(Releasing), "releasing")]
[JsonDerivedType(typeof(Released), "released")]
[JsonDerivedType(typeof(Freed), "freed")]
[JsonDerivedType(typeof(GivenUp), "given-up")]
[JsonDerivedType(typeof(Declined), "declined")]
public abstract record TenantNote
{
    public const string Book = "finales";

    /// <summary>It is going to be reserved.</summary>
    /// <param name="Attempt">From 1.</param>
    public sealed record Claimed(RequestInfo Request, int Attempt) : TenantNote;

    public sealed record Reserved : TenantNote;

    /// <summary>The answer, observation and message to the server in one: from here on it is posted sooner or
    /// later.</summary>
    public sealed record Owed(FinalesResult Result, bool Success) : TenantNote;

    /// <summary>It is going to be posted: from here on the server may have it.</summary>
    public sealed record Posting : TenantNote;

    /// <param name="Result">Its uuid; empty where the server shows only that the request is resolved.</param>
    public sealed record Posted(string Result) : TenantNote;

    /// <summary>It is going to be pending again.</summary>
    /// <param name="NotBefore">When this tenant may take it again; null for never (quarantine).</param>
    /// <param name="IsHeld">Its run waits for a person and has the instruments meanwhile.</param>
    public sealed record Releasing(string Why, DateTimeOffset? NotBefore, bool IsHeld = false) : TenantNote;

    public sealed record Released : TenantNote;

    /// <summary>A run that waited for a person has been ended.</summary>
    public sealed record Freed : TenantNote;

    /// <summary>Nothing is owed any more: it was retracted, or somebody else has answered.</summary>
    /// <param name="Again">Whether it may be taken should it be pending again.</param>
    public sealed record GivenUp(string Why, bool Again) : TenantNote;

    /// <summary>It was not taken; it stays pending for others.</summary>
    public sealed record Declined(string Request, string Why) : TenantNote;

    internal static Noted Write(RunId run, TenantNote note) =>
        new(Book, run, JsonSerializer.SerializeToElement(note, Wire.Json));

    /// <returns>Null for what somebody else has noted.</returns>
    internal static TenantNote? Read(Noted noted) =>
        noted.Book == Book ? noted.Body.Deserialize<TenantNote>(Wire.Json) : null;
}
