package dev.millrace.relay;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Decides which addresses the relay may connect to. */
public interface HostGuard {
    /**
     * The addresses of a host, each of them allowed.
     *
     * @throws Forbidden when the host leads to where nobody sent the relay
     */
    InetAddress[] resolve(String host) throws UnknownHostException;

    /** The host resolves to an address that is not allowed. */
    final class Forbidden extends UnknownHostException {
        public Forbidden(String message) {
            super(message);
        }
    }
}
