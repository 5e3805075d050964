using Sdl.Core.Instruments;

namespace Sdl.Drivers.Pumps;

/// <summary>The commands of one pump, their replies judged.</summary>
internal sealed class Ne1000Commands(Ne1000Link link, int safeSeconds, TimeProvider clock)
{
    public const int Attempts = 3;

    // The plunger does not stand still in the same instant.
    private static readonly TimeSpan Braking = TimeSpan.FromSeconds(0.2);

    /// <inheritdoc cref="Ne1000Link.PowerWasLost"/>
    public bool PowerWasLost { get => link.PowerWasLost; set => link.PowerWasLost = value; }

    /// <summary>Forgets the alarms so far: a dose begins.</summary>
    public void ForgetAlarms() => link.HeardAlarm = null;

    /// <summary>The pump reports an alarm once; who looked at its status may have heard it instead of the
    /// dose.</summary>
    public void ThrowIfAlarmed()
    {
        if (link.HeardAlarm is { } alarm)
            throw Alarmed("the status", alarm);
    }

    /// <summary>Trouble on the line, which may be over when it is used again.</summary>
    public static bool MayPass(InstrumentException e) => e.Fault is Fault.Timeout or Fault.BadReply;

    public InstrumentException Trouble(Fault fault, string text, Exception? inner = null) =>
        link.Trouble(fault, text, inner);

    public ValueTask<Ne1000Reply> SetFramingAsync(int seconds, CancellationToken ct) =>
        link.SetFramingAsync(seconds, ct);

    /// <summary>Syringe inner diameter, mm.</summary>
    public async ValueTask<double> DiameterAsync(CancellationToken ct) =>
        (double)await QueryAsync("DIA", reply => (object?)Ne1000Amount.ParseNumber(reply.Data), ct);

    public ValueTask<Ne1000Amount> AmountAsync(string query, CancellationToken ct) =>
        QueryAsync(query, reply => Ne1000Amount.Parse(reply.Data), ct);

    public ValueTask<string> TextAsync(string query, CancellationToken ct) =>
        QueryAsync(query, reply => reply.Data.Length > 0 ? reply.Data : null, ct);

    /// <summary>What the pump has counted. An alarm is thrown.</summary>
    public ValueTask<Ne1000Counter> CountAsync(CancellationToken ct) => QueryAsync("DIS", Ne1000Counter.Parse, ct);

    /// <summary>What the pump has counted, whatever alarms were latched before.</summary>
    public async ValueTask<Ne1000Counter> CounterAsync(CancellationToken ct)
    {
        await PromptAsync(ct);
        return await CountAsync(ct);
    }

    /// <summary>The pump's prompt; alarms that were latched before are taken note of and cleared by asking.</summary>
    public async ValueTask<Ne1000Reply> PromptAsync(CancellationToken ct, CancellationToken cut = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            var reply = (await link.ExchangeAsync("", null, cut, ct))!;
            if (reply.Alarm is not { } alarm)
                return reply;
            if (attempt == Attempts)
                throw Alarmed("the status", alarm);
        }
    }

    /// <param name="proceed">Asked when the line is ours; false leaves the pump alone.</param>
    public async ValueTask SetAsync(string command, CancellationToken ct, Func<bool>? proceed = null)
    {
        if (await link.ExchangeAsync(command, proceed, default, ct) is not { } reply)
            return;
        Accept(command, reply);
        if (reply.Data.Length > 0)
            throw Trouble(Fault.BadReply, $"{command} was answered by '{reply.Data}', which is no answer to it");
    }

    /// <summary>Starts the program, once. When no reply comes, only the counter can tell.</summary>
    /// <param name="proceed">Asked when the line is ours; false leaves the pump alone.</param>
    public async ValueTask RunAsync(Func<bool> proceed, CancellationToken ct)
    {
        try
        {
            var reply = await link.ExchangeAsync("RUN", proceed, default, ct) ?? throw Trouble(Fault.Rejected,
                "it was made safe while a dose was being prepared; nothing was started");
            Accept("RUN", reply);
        }
        catch (InstrumentException e) when (MayPass(e))
        {
            // Sending it again might start it twice.
        }
    }

    /// <summary>Two stops: the first pauses, the second ends the program. Repeating a stop does no harm.</summary>
    /// <param name="ct">Ends the attempt, whatever it waits for.</param>
    public async ValueTask StopAsync(int attempts, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                await link.StopAsync(ct);
                await link.StopAsync(ct);
                var prompt = await PromptAsync(ct, ct);
                // Two stops in quick succession may count as one, which leaves a pause.
                if (prompt.Prompt == 'S' || (!prompt.IsMoving && attempt >= Attempts))
                    return;
                if (attempt >= attempts)
                    throw Trouble(Fault.DeviceFault,
                        $"it is still {prompt.Word} after STP; switch the pump off by hand");
                await Task.Delay(Braking, clock, ct);
            }
            catch (InstrumentException e) when (attempt < attempts && MayPass(e))
            {
            }
            catch (InstrumentException e) when (e.Fault == Fault.Disconnected && attempts == int.MaxValue)
            {
                // Who must have it safe goes on as long as there is time: a line that was lost unseen is opened anew.
                await Task.Delay(Braking, clock, ct);
            }
    }

    private async ValueTask<T> QueryAsync<T>(string query, Func<Ne1000Reply, T?> parse, CancellationToken ct)
        where T : class
    {
        var reply = (await link.ExchangeAsync(query, null, default, ct))!;
        Accept(query, reply);
        return parse(reply) ?? throw Trouble(Fault.BadReply,
            $"asked {query}, '{reply.Data}' came back; check that a New Era pump is alone at this network address");
    }

    private void Accept(string command, Ne1000Reply reply)
    {
        if (reply.Alarm is { } alarm)
            throw Alarmed(command, alarm);
        if (reply.IsError)
            throw Trouble(Fault.Rejected, $"{command} was refused with '{reply.Data}': " + reply.Data switch
            {
                "?NA" => "not applicable now; it may be running, or its keypad in use",
                "?OOR" => "out of the range that the syringe diameter allows; check 'diameter'",
                "?COM" => "the packet arrived damaged; check the cable",
                "?IGN" => "ignored, because a phase was starting",
                _ => "the pump does not know it; check that this is a New Era pump",
            });
    }

    private InstrumentException Alarmed(string command, char alarm) => Trouble(
        Fault.DeviceFault, $"alarm at {command}: " + alarm switch
        {
            'R' => "its power was interrupted and its counters are lost; find out how much has come before going on",
            'S' => "the motor has stalled; free the plunger and the tubing, check the syringe, then dispense the rest",
            'T' => $"it heard nothing for {safeSeconds} s and stopped by itself (safe mode); check the line",
            'E' => "error in its pumping program; clear the program at the keypad",
            _ => "its program leads outside the allowed phases; clear the program at the keypad",
        });
}
