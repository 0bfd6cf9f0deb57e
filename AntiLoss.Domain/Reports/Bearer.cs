namespace AntiLoss.Domain.Reports;

/// <summary>What carried a report, as far as the phone said. Apps tell mobile from Wi-Fi, an agent tells SIM from eSIM.</summary>
public enum Bearer : byte
{
    Unknown = 0,
    None = 1,
    Wifi = 2,
    Mobile = 3,
    PhysicalSim = 4,
    Esim = 5,
}
