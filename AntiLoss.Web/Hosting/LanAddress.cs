using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace AntiLoss.Web.Hosting;

/// <summary>The address by which a phone on the same network reaches this machine.</summary>
internal static class LanAddress
{
    /// <summary>The address of the interface that leads outside, else any that is not loopback; null without a network.</summary>
    public static IPAddress? Find() => OutwardAddress() ?? AnyAddress();

    private static IPAddress? OutwardAddress()
    {
        try
        {
            // Connecting a datagram socket sends nothing; it makes the system choose the interface.
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9));
            var address = (socket.LocalEndPoint as IPEndPoint)?.Address;
            return address is null || IPAddress.IsLoopback(address) ? null : address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static IPAddress? AnyAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
}
