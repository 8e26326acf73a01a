using System.Net;
using System.Net.Sockets;

namespace Revela.App.Uploads;

/// <summary>Tells addresses of the public internet from all others: what a fetch on behalf of a client may connect to (law 12).</summary>
/// <remarks>Sources: the IANA special-purpose registries for IPv4 (RFC 6890 and later) and IPv6. Tunnels that carry an IPv4 address are refused whole.</remarks>
public static class PublicAddresses
{
    static readonly IPNetwork[] NotPublic =
    [
        .. Networks(
            "0.0.0.0/8",          // this network
            "10.0.0.0/8",         // private
            "100.64.0.0/10",      // carrier-grade NAT
            "127.0.0.0/8",        // loopback
            "169.254.0.0/16",     // link-local, cloud metadata
            "172.16.0.0/12",      // private
            "192.0.0.0/24",       // protocol assignments
            "192.0.2.0/24",       // documentation
            "192.31.196.0/24",    // AS112
            "192.52.193.0/24",    // AMT
            "192.88.99.0/24",     // 6to4 relays
            "192.168.0.0/16",     // private
            "192.175.48.0/24",    // AS112
            "198.18.0.0/15",      // benchmarks
            "198.51.100.0/24",    // documentation
            "203.0.113.0/24",     // documentation
            "224.0.0.0/4",        // multicast
            "240.0.0.0/4"),       // reserved, broadcast
        .. Networks(
            "64:ff9b::/96",       // NAT64
            "64:ff9b:1::/48",     // local NAT64
            "2001::/23",          // protocol assignments: Teredo, ORCHID, benchmarks …
            "2001:db8::/32",      // documentation
            "2002::/16",          // 6to4
            "2620:4f:8000::/48",  // AS112
            "3fff::/20"),         // documentation
    ];

    // Everything outside it (loopback, mapped, compatible, site-local, unique local, link-local, multicast …) is not global unicast.
    static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            if (address.IsIPv4MappedToIPv6 || address.ScopeId != 0 || !GlobalUnicast.Contains(address)) return false;
        }
        else if (address.AddressFamily != AddressFamily.InterNetwork) return false;
        return !NotPublic.Any(network => network.Contains(address));
    }

    static IEnumerable<IPNetwork> Networks(params string[] prefixes) => prefixes.Select(prefix => IPNetwork.Parse(prefix));
}
