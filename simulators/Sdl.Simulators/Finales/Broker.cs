using System.Text;

namespace Sdl.Simulators.Finales;

/// <summary>A FINALES server, simulated: it answers as BIG-MAP/FINALES2 1.1.0 does, with every quirk that recordings of
/// the real one show. It takes one call after the other; the wire is somebody else's (<see cref="BrokerServer"/>,
/// <see cref="BrokerWire"/>).</summary>
/// <remarks>Not as the real one: passwords are hashed by PBKDF2, the secret of the tokens is drawn and not empty, the
/// pages for people are short, and the database dump is a file of entries, not of SQLite.</remarks>
public sealed class Broker : IDisposable
{
    private static readonly (string, string)[] NoHeaders = [];

    private readonly Lock _turn = new();
    private readonly BrokerOptions _options;
    private readonly TimeProvider _clock;
    private readonly BrokerTables _tables;
    private readonly Tokens _tokens;
    private readonly IReadOnlyList<Route> _routes;
    private readonly List<string> _calls = [];
    private bool _isDisposed;

    /// <exception cref="FormatException">The file is not what a broker writes.</exception>
    /// <exception cref="IOException">The file cannot be used, or another broker has it.</exception>
    public Broker(BrokerOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _tables = new BrokerTables(options.File);
        var uuids = new Uuids(options.Seed);
        Office = new BrokerOffice(_tables, _turn, uuids);
        if (_tables.Secret.Length == 0)
            _tables.Add(new PyMap { ["entry"] = "secret", ["secret"] = OneTimePassword.Draw() });
        _tokens = new Tokens(Encoding.ASCII.GetBytes(_tables.Secret), options, clock);
        var requests = new RequestDesk(_tables, uuids, options, clock);
        _routes =
        [
            .. new FrontDesk(options, () => _routes!.Select(r => (r.Method, r.Pattern))).Routes(),
            new("POST", "/user_management/authenticate", Login) { Body = RouteBody.Form, IsOpen = true },
            .. requests.Routes(), .. new ResultDesk(_tables, requests, uuids, clock).Routes(),
            .. new DiscoveryDesk(_tables).Routes(),
            new("GET", "/database_dump/*", Dump),
            new("GET", "/", _ => "Hello! This is FINALES2."),
            new("GET", "/test", v => Row(v.User!)),
        ];
    }

    /// <summary>What the administrator does at the server's own command line.</summary>
    public BrokerOffice Office { get; }

    /// <summary>Every call that has been answered, as method and target, in order.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_turn)
                return [.. _calls];
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            _isDisposed = true;
            _tables.Dispose();
        }
    }

    /// <summary>What is there after a restart: one with a file ends, and another one knows what the file holds; one
    /// without is the same again.</summary>
    internal Broker Reopened()
    {
        if (_options.File is null)
            return this;
        Dispose();
        return new Broker(_options, _clock);
    }

    /// <summary>A token that the broker takes for its own, whoever it names.</summary>
    internal string TokenFor(string user) => _tokens.Issue(user);

    /// <summary>Answers one call. Calls from several threads are answered one after the other.</summary>
    public BrokerAnswer Answer(BrokerCall call)
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _calls.Add($"{call.Method} {call.Target}");
            try
            {
                return Find(call);
            }
            catch (RefusalException e)
            {
                return BrokerAnswer.Detail(e.Status, e.Message,
                    e.Status == 401 ? [("www-authenticate", "Bearer")] : []);
            }
            catch (ShapeException e)
            {
                return e.Shapes.Answer();
            }
            catch (CrashException)
            {
                return BrokerAnswer.Broken;
            }
        }
    }

    private BrokerAnswer Find(BrokerCall call)
    {
        var path = Uri.UnescapeDataString(call.Path);
        var matches = _routes.Select(r => (Route: r, Star: r.Match(path))).Where(m => m.Star is not null).ToList();
        if (matches.Find(m => m.Route.Takes(call.Method)) is { Route: { } route, Star: { } star })
            return Ask(route, star, call);
        if (matches is [var (other, _), ..])
            return BrokerAnswer.Detail(405, "Method Not Allowed",
                ("allow", other.Methods));
        // Another slash at the end would do: the caller is sent there, and most lose their token on the way.
        var slashed = call.Path.EndsWith('/') ? call.Path.TrimEnd('/') : call.Path + "/";
        if (path != "/" && _routes.Any(r => r.Match(Uri.UnescapeDataString(slashed)) is not null))
            return new BrokerAnswer(307, null, [], ("location",
                $"http://{call.Host}{slashed}{(call.Query.Length > 0 ? "?" + call.Query : "")}"));
        return BrokerAnswer.Detail(404, "Not Found");
    }

    // A body that is no JSON is found before anybody asks for the token, one of the wrong shape after that.
    private BrokerAnswer Ask(Route route, string star, BrokerCall call)
    {
        var shapes = new Shapes(_options.Generation);
        var (body, hasBody) = route.Body switch
        {
            RouteBody.Json => Bodies.Json(call, shapes),
            RouteBody.Form => (Bodies.Form(call), true),
            _ => (null, false),
        };
        if (!shapes.AreMet)
            throw new ShapeException(shapes);
        var user = route.IsOpen ? null : Known(call.Authorization);
        var answer = route.Answer(new Visit(star, Bodies.Fields(call.Query), body, hasBody, user, shapes));
        return answer as BrokerAnswer ?? BrokerAnswer.Json(
            200, _options.Generation == ServerGeneration.Pydantic2 ? Bodies.Finite(answer) : answer);
    }

    private UserRow Known(string? authorization)
    {
        var (scheme, token) = authorization?.Split(' ', 2) is [var s, var t] ? (s, t) : (authorization ?? "", "");
        if (!scheme.Equals("bearer", StringComparison.OrdinalIgnoreCase))
            throw new RefusalException(401, "Not authenticated");
        return User(_tokens.Read(token) ?? throw WrongLogin());
    }

    private PyMap Login(Visit visit)
    {
        var form = (IReadOnlyDictionary<string, string>)visit.Body!;
        var (name, password) = visit.Shapes.Login(form);
        visit.ThrowIfUnfit();
        return PasswordHash.IsOf(password, User(name).Hash)
            ? new PyMap { ["access_token"] = _tokens.Issue(name), ["token_type"] = "bearer" }
            : throw WrongLogin();
    }

    private UserRow User(string name) => _tables.Users.Where(u => u.Name == name).ToList() switch
    {
        [] => throw new RefusalException(404, "No user with this username was found."),
        [var one] => one,
        _ => throw new RefusalException(409, "More than one user with this username was found."),
    };

    private static RefusalException WrongLogin() =>
        new(401, "Authentication failed. Wrong username or password.");

    private static PyMap Row(UserRow user) => new()
    {
        ["username"] = user.Name, ["uuid"] = user.Uuid, ["password"] = user.Hash, ["usergroups"] = user.Groups,
    };

    private BrokerAnswer Dump(Visit visit)
    {
        if (_options.DumpKey is not { } key)
            throw RefusalException.Of("The key for accessing the endpoint has not been initiated correctly, "
                + "contact the server team");
        if (visit.Path != key)
            throw RefusalException.Of($"The key {visit.Path} is not a variable present in the server instance, "
                + "access to the database-dump endpoint denied");
        var name = _options.File ?? "broker.jsonl";
        return new BrokerAnswer(200, "application/octet-stream", _tables.Dump(),
            [("content-disposition", $"attachment; filename=\"{name}\""),
                .. _options.Generation == ServerGeneration.Pydantic2 ? [("accept-ranges", "bytes")] : NoHeaders]);
    }
}
