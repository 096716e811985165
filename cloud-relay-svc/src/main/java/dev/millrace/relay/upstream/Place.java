package dev.millrace.relay.upstream;

import java.net.URI;

/** Where a connection leads. */
record Place(boolean secure, String host, int port) {
    static Place of(URI uri) {
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        return new Place(secure, String.valueOf(uri.getHost()), port);
    }

    String address() {
        return host + ":" + port;
    }

    /** As certificates name it: an IPv6 address without its brackets. */
    String name() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
