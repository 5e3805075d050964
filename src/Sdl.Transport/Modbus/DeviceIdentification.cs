namespace Sdl.Transport.Modbus;

/// <summary>How much a unit is to say of itself (function 43/14, Modbus Application Protocol V1.1b3, section
/// 6.21).</summary>
public enum IdentificationLevel : byte
{
    /// <summary>Vendor name, product code, revision: objects 0 to 2.</summary>
    Basic = 1,

    /// <summary>And vendor URL, product name, model name, application name: objects up to 127.</summary>
    Regular = 2,

    /// <summary>And what the vendor likes: objects from 128 on.</summary>
    Extended = 3,
}

/// <summary>The objects of a device identification that the standard names.</summary>
public static class IdentificationObject
{
    public const byte VendorName = 0, ProductCode = 1, Revision = 2, VendorUrl = 3, ProductName = 4, ModelName = 5,
        ApplicationName = 6;
}
