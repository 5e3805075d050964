namespace Sdl.Transport.OpcUa;

/// <summary>One security token of a channel and its keys (Part 6, 6.7.5); keys are null without security.</summary>
/// <param name="Expires">In ticks of the clock's timestamps; long.MaxValue without security.</param>
internal sealed record ChannelToken(uint Id, long Expires, ChannelKeys? Mine, ChannelKeys? Theirs)
{
    /// <param name="lifetime">The other side may go on with an old token for a quarter of it (Part 4, 5.5.2).</param>
    public static ChannelToken Create(
        uint id, SecurityPolicy policy, byte[] mine, byte[] theirs, TimeSpan lifetime, TimeProvider clock)
    {
        if (policy.IsNone)
            return new ChannelToken(id, long.MaxValue, null, null);
        if (theirs.Length != policy.NonceLength)
            throw new OpcUaException(StatusCodes.BadNonceInvalid,
                $"the other side's nonce has {theirs.Length} bytes instead of {policy.NonceLength}");
        var end = clock.GetTimestamp() + (long)(lifetime.TotalSeconds * 1.25 * clock.TimestampFrequency);
        return new ChannelToken(id, end, new ChannelKeys(policy, theirs, mine), new ChannelKeys(policy, mine, theirs));
    }
}

/// <summary>The tokens of one channel: one to send with, and those that the other side may still use.</summary>
internal sealed class ChannelTokens(TimeProvider clock)
{
    private readonly List<ChannelToken> _known = [];

    /// <exception cref="OpcUaException">No token was issued yet.</exception>
    public ChannelToken Sending
    {
        get => field ?? throw new OpcUaException(StatusCodes.BadSecureChannelClosed, "the channel is not open yet");
        private set;
    }

    /// <param name="isSending">Whether to send with it at once; a server waits until the client does.</param>
    public void Add(ChannelToken token, bool isSending)
    {
        lock (_known)
        {
            // Who renews faster than it sends keeps two.
            if (_known.Count == 3)
                _known.RemoveAt(0);
            _known.Add(token);
            if (isSending || _known.Count == 1)
                Sending = token;
        }
    }

    /// <summary>The token of a chunk that came. Those before it are given up.</summary>
    /// <exception cref="OpcUaException">It was never issued, or has expired.</exception>
    public ChannelToken Received(uint id)
    {
        lock (_known)
        {
            var at = _known.FindIndex(t => t.Id == id);
            if (at < 0)
                throw new OpcUaException(StatusCodes.BadSecureChannelTokenUnknown, $"token {id} is not known");
            if (clock.GetTimestamp() > _known[at].Expires)
                throw new OpcUaException(StatusCodes.BadSecureChannelTokenUnknown, $"token {id} has expired");
            return _known[at];
        }
    }

    /// <summary>A chunk under this token was genuine: those before it are given up.</summary>
    public void Confirmed(ChannelToken token)
    {
        lock (_known)
        {
            while (_known[0] != token)
                _known.RemoveAt(0);
            if (!_known.Contains(Sending))
                Sending = token;
        }
    }
}
