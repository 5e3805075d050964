using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sdl.Core.Instruments;

namespace Sdl.Core.Records;

/// <summary>Computes the digest of a record while its samples come, for series that are too long to be kept.</summary>
public sealed class RecordDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public RecordDigest(IReadOnlyList<Column> columns) =>
        _hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', columns.Select(c => $"{c.Name} {c.Unit}"))));

    public void Add(IReadOnlyList<Sample> samples)
    {
        Span<byte> eight = stackalloc byte[8];
        foreach (var sample in samples)
        {
            BinaryPrimitives.WriteInt64LittleEndian(eight, sample.At.UtcTicks);
            _hash.AppendData(eight);
            foreach (var value in sample.Values.Span)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(eight, value);
                _hash.AppendData(eight);
            }
        }
    }

    /// <summary>Hex, over everything that was added so far.</summary>
    public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose() => _hash.Dispose();
}
