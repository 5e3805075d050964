using Sdl.Core.Cells;

namespace Sdl.Store.Exports;

/// <summary>Turns the steps of a cell test into rows of the Battery Data Format, one for each measured row: times,
/// step, cycle, and the running sums of charge and energy over the whole test. Holds one batch.</summary>
public sealed class CyclingSeries
{
    /// <summary>Rows of a batch, and so of a row group: large enough to compress, 20 MB at most.</summary>
    public const int BatchRows = 1 << 17;

    private const int Sums = 10;

    private readonly BdfBatch _batch;
    private readonly Func<BdfBatch, CancellationToken, ValueTask> _write;
    private DateTimeOffset? _start;
    private double _latest, _chargeIn, _chargeOut, _energyIn, _energyOut;

    /// <param name="write">Takes each full batch; may use it until it returns.</param>
    public CyclingSeries(Func<BdfBatch, CancellationToken, ValueTask> write, int batchRows = BatchRows) =>
        (_write, _batch) = (write, new BdfBatch(Columns, batchRows));

    public static IReadOnlyList<BdfColumn> Columns { get; } =
    [
        BdfColumns.TestTime, BdfColumns.Voltage, BdfColumns.Current, BdfColumns.UnixTime, BdfColumns.CycleCount,
        BdfColumns.StepCount, BdfColumns.StepId, BdfColumns.StepRecordIndex, BdfColumns.StepTime, BdfColumns.StepType,
        .. from what in new[] { "Capacity", "Energy" }
           from sense in new[] { "Charging", "Discharging", "Cumulative", "Net" }
           select BdfColumns.Sum("", sense, what),
        BdfColumns.SurfaceTemperature,
    ];

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds a step; spectra have their own file and are passed over.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async ValueTask AddAsync(CycledStep step, CancellationToken ct)
    {
        if (step.IsSpectrum)
            return;
        _start ??= step.Start;
        var record = step.Record;
        var (time, voltage, current) = (record["time"], record["voltage"], record["current"]);
        var (charge, energy, temperature) = (record["charge"], record["energy"], record["temperature"]);
        // The clocks of device and computer differ: a step does not begin before the last row of the one before it.
        var from = Math.Max((step.Start - _start.Value).TotalSeconds, _latest - time[0]);
        for (var i = 0; i < time.Length; i++)
        {
            Sum(charge[i] - (i > 0 ? charge[i - 1] : 0), energy[i] - (i > 0 ? energy[i - 1] : 0));
            var row = _batch.Count++;
            _latest = Math.Max(_latest, from + time[i]);
            Put(row, 0, _latest);
            Put(row, 1, voltage[i]);
            Put(row, 2, current[i]);
            Put(row, 3, _start.Value.ToUnixTimeMilliseconds() / 1e3 + _latest);
            Put(row, 4, step.Cycle);
            Put(row, 5, step.Number);
            _batch.Texts(6)[row] = step.Id;
            Put(row, 7, i + 1);
            Put(row, 8, time[i]);
            _batch.Texts(9)[row] = step.Technique;
            PutSums(row);
            Put(row, 18, temperature[i]);
            Rows++;
            if (_batch.Count == _batch.Capacity)
                await FlushAsync(ct);
        }
    }

    /// <summary>Hands over the rows that do not fill a batch.</summary>
    public async ValueTask FlushAsync(CancellationToken ct)
    {
        if (_batch.Count > 0)
            await _write(_batch, ct);
        _batch.FirstRow += _batch.Count;
        _batch.Count = 0;
    }

    private void Sum(double charge, double energy)
    {
        // Energy goes with the direction of the current, as the format defines it.
        if (charge >= 0)
            (_chargeIn, _energyIn) = (_chargeIn + charge, _energyIn + Math.Max(0, energy));
        else
            (_chargeOut, _energyOut) = (_chargeOut - charge, _energyOut + Math.Max(0, -energy));
    }

    private void PutSums(int row)
    {
        Put(row, Sums, _chargeIn);
        Put(row, Sums + 1, _chargeOut);
        Put(row, Sums + 2, _chargeIn + _chargeOut);
        Put(row, Sums + 3, _chargeIn - _chargeOut);
        Put(row, Sums + 4, _energyIn);
        Put(row, Sums + 5, _energyOut);
        Put(row, Sums + 6, _energyIn + _energyOut);
        Put(row, Sums + 7, _energyIn - _energyOut);
    }

    private void Put(int row, int column, double value) => _batch.Numbers(column)[row] = value;
}

/// <summary>Turns the impedance spectra of a cell test into rows of the Battery Data Format.</summary>
public static class SpectrumSeries
{
    public static IReadOnlyList<BdfColumn> Columns { get; } =
    [
        BdfColumns.TestTime, BdfColumns.Voltage, BdfColumns.Current, BdfColumns.UnixTime, BdfColumns.CycleCount,
        BdfColumns.StepCount, BdfColumns.StepId, BdfColumns.StepRecordIndex, BdfColumns.StepType, BdfColumns.Frequency,
        BdfColumns.RealImpedance, BdfColumns.ImaginaryImpedance, BdfColumns.AbsoluteImpedance, BdfColumns.Phase,
    ];

    /// <param name="start">Beginning of the test.</param>
    public static BdfBatch Of(CycledStep spectrum, DateTimeOffset start)
    {
        var record = spectrum.Record;
        var batch = new BdfBatch(Columns, record.Samples.Count) { Count = record.Samples.Count };
        var (real, imaginary) = (record["z_real"], record["z_imaginary"]);
        record["voltage"].CopyTo(batch.Numbers(1), 0);
        record["current"].CopyTo(batch.Numbers(2), 0);
        record["frequency"].CopyTo(batch.Numbers(9), 0);
        for (var i = 0; i < batch.Count; i++)
        {
            var test = Math.Max(0, (record.Samples[i].At - start).TotalSeconds);
            batch.Numbers(0)[i] = test;
            batch.Numbers(3)[i] = start.ToUnixTimeMilliseconds() / 1e3 + test;
            batch.Numbers(4)[i] = spectrum.Cycle;
            batch.Numbers(5)[i] = spectrum.Number;
            batch.Texts(6)[i] = spectrum.Id;
            batch.Numbers(7)[i] = i + 1;
            batch.Texts(8)[i] = spectrum.Technique;
            batch.Numbers(10)[i] = real[i];
            batch.Numbers(11)[i] = imaginary[i];
            batch.Numbers(12)[i] = Math.Sqrt(real[i] * real[i] + imaginary[i] * imaginary[i]);
            batch.Numbers(13)[i] = Math.Atan2(imaginary[i], real[i]) * 180 / Math.PI;
        }
        return batch;
    }
}
