package dev.millrace.relay.guard;

import dev.millrace.relay.HostGuard;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Refuses hosts that lead to where no public provider lives: loopback, private, link-local, shared, multicast and
 * reserved addresses, the clouds' metadata services among them. A base URL that the operator gave is itself the permission
 * for its host; but a name, even then, never leads to a link-local address, where only metadata services live.
 *
 * <p>The addresses that are returned are the ones to connect to: a second look-up might answer differently.
 */
public final class AddressRules implements HostGuard {
    private final Set<String> permittedHosts;
    private final Lookup lookup;

    /** Permits the hosts of the base URLs that the operator gave. */
    public AddressRules(Set<String> permittedHosts, Lookup lookup) {
        this.permittedHosts =
                permittedHosts.stream().map(AddressRules::withoutBrackets).collect(Collectors.toUnmodifiableSet());
        this.lookup = lookup;
    }

    /** Finds the addresses of a name. */
    @FunctionalInterface
    public interface Lookup {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    @Override
    public InetAddress[] resolve(String asked) throws UnknownHostException {
        String host = withoutBrackets(asked);
        boolean permitted = permittedHosts.contains(host);
        InetAddress[] addresses = lookup.resolve(host);
        for (InetAddress address : addresses) {
            if (!isPublic(address) && !(permitted && (isLiteral(host) || !isLinkLocal(address)))) {
                throw new Forbidden(host + " leads to " + address.getHostAddress()
                        + ", which is not a public address. If that is meant, give it as a base-url of your own");
            }
        }
        return addresses;
    }

    private static String withoutBrackets(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.startsWith("[") && lower.endsWith("]") ? lower.substring(1, lower.length() - 1) : lower;
    }

    private static boolean isLiteral(String host) {
        return host.contains(":") || host.matches("[0-9.]+");
    }

    private static boolean isLinkLocal(InetAddress address) {
        return plain(address).isLinkLocalAddress();
    }

    static boolean isPublic(InetAddress given) {
        InetAddress address = plain(given);
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        return address instanceof Inet4Address four ? isPublic(four.getAddress()) : isPublic((Inet6Address) address);
    }

    /** 0/8, 100.64/10 (shared), 192.0.0/24, 192.0.2/24, 198.18/15, 198.51.100/24, 203.0.113/24, 240/4 are not. */
    private static boolean isPublic(byte[] bytes) {
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        int third = bytes[2] & 0xFF;
        return !(first == 0
                || first >= 240
                || (first == 100 && second >= 64 && second < 128)
                || (first == 192 && second == 0 && (third == 0 || third == 2))
                || (first == 198 && (second == 18 || second == 19 || (second == 51 && third == 100)))
                || (first == 203 && second == 0 && third == 113));
    }

    /** Unique local fc00::/7, documentation 2001:db8::/32, and tunnels that hide an IPv4 address are not. */
    private static boolean isPublic(Inet6Address address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = (bytes[0] & 0xFE) == 0xFC;
        boolean documentation = startsWith(bytes, 0x20, 0x01, 0x0D, 0xB8);
        boolean teredo = startsWith(bytes, 0x20, 0x01, 0, 0);
        return !uniqueLocal && !documentation && !teredo;
    }

    /** The IPv4 address inside of an IPv6 one: mapped, compatible, 6to4 (2002::/16) and NAT64 (64:ff9b::/96). */
    private static InetAddress plain(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != 16) {
            return address;
        }
        if (startsWith(bytes, 0x20, 0x02)) {
            return four(bytes, 2);
        }
        boolean nat64 = startsWith(bytes, 0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0);
        boolean mapped = startsWith(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF);
        boolean compatible = startsWith(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) && (bytes[12] | bytes[13]) != 0;
        return nat64 || mapped || compatible ? four(bytes, 12) : address;
    }

    private static InetAddress four(byte[] bytes, int begin) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, begin, begin + 4));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean startsWith(byte[] bytes, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes[i] & 0xFF) != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
