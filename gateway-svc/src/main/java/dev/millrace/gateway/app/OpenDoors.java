package dev.millrace.gateway.app;

import dev.millrace.gateway.Callers;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/** Refuses to open doors to the network that need no key. */
final class OpenDoors {

    private OpenDoors() {}

    static void requireLoopback(GatewaySettings keys, Callers callers) {
        if (!callers.open() || Boolean.parseBoolean(keys.text("open-beyond-loopback"))) {
            return;
        }
        for (String listen : GatewaySettings.words(keys.text("grpc.listen"))) {
            URI address = URI.create(listen);
            if ("tcp".equals(address.getScheme())) {
                require("gateway.grpc.listen", String.valueOf(address.getHost()));
            }
        }
        require("gateway.http.host", keys.text("http.host"));
    }

    private static void require(String key, String host) {
        if (!isLoopback(host)) {
            throw new IllegalArgumentException(key + ": " + host
                    + " can be reached from the network, and no key is needed yet (expected: 127.0.0.1). Set"
                    + " gateway.open-beyond-loopback: true only where something else keeps strangers out");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
