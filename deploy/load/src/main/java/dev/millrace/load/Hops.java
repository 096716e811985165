package dev.millrace.load;

import dev.millrace.rpc.Channels;
import dev.millrace.schema.inference.v1.GetCapacityRequest;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc;
import dev.millrace.schema.inference.v1.InferenceServiceGrpc.InferenceServiceBlockingStub;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What sidecars add to a small call: the same unary call of one service, again and again, straight at its port, through its own
 * sidecar, and through its caller's sidecar as well, in turns; with the CPU time that each process spent on a call.
 *
 * <p>Arguments: {@code SERVICE-PORT INGRESS-PORT EGRESS-PORT CERTIFICATE KEY CALLS ROUNDS SERVICE-PID INGRESS-PID EGRESS-PID};
 * certificate and key are those of a service that may call local-inference.
 */
public final class Hops {
    private static final String PEER = "local-inference";
    private static final String LOOPBACK = "127.0.0.1:";

    private Hops() {}

    public static void main(String[] arguments) throws IOException {
        int calls = Integer.parseInt(arguments[5]);
        int rounds = Integer.parseInt(arguments[6]);
        List<Long> pids = List.of(arguments[7], arguments[8], arguments[9]).stream()
                .map(Long::parseLong)
                .toList();
        List<Way> ways = List.of(
                new Way("direct", Channels.open("tcp://" + LOOPBACK + arguments[0])),
                new Way("one sidecar", withCertificate(arguments[1], Path.of(arguments[3]), Path.of(arguments[4]))),
                new Way("two sidecars", Channels.open("sidecar://" + LOOPBACK + arguments[2] + "/" + PEER)));
        try {
            for (int round = 1; round <= rounds; round++) {
                for (Way way : ways) {
                    way.run(round, calls, pids);
                }
            }
        } finally {
            ways.forEach(way -> way.channel.shutdownNow());
        }
    }

    private static ManagedChannel withCertificate(String port, Path certificate, Path key) throws IOException {
        return Grpc.newChannelBuilder(
                        LOOPBACK + port,
                        TlsChannelCredentials.newBuilder()
                                .keyManager(certificate.toFile(), key.toFile())
                                .trustManager(new AnyOnLoopback())
                                .build())
                .overrideAuthority(PEER)
                .build();
    }

    private record Way(String name, ManagedChannel channel) {
        void run(int round, int calls, List<Long> pids) throws IOException {
            InferenceServiceBlockingStub stub = InferenceServiceGrpc.newBlockingStub(channel);
            long[] before = cpu(pids);
            Spread spread = new Spread();
            for (int i = 0; i < calls; i++) {
                long begin = System.nanoTime();
                var _ = stub.getCapacity(GetCapacityRequest.getDefaultInstance());
                spread.add(System.nanoTime() - begin);
            }
            long[] after = cpu(pids);
            System.out.printf(
                    Locale.ROOT,
                    "%-12s round %d  p50 %.3f ms  p99 %.3f ms   CPU a call: service %.3f ms, its sidecar %.3f ms, its caller's %.3f ms%n",
                    name,
                    round,
                    spread.millis(500),
                    spread.millis(990),
                    (after[0] - before[0]) / 1e6 / calls,
                    (after[1] - before[1]) / 1e6 / calls,
                    (after[2] - before[2]) / 1e6 / calls);
        }

        private static long[] cpu(List<Long> pids) throws IOException {
            long[] nanos = new long[pids.size()];
            for (int i = 0; i < nanos.length; i++) {
                nanos[i] = CpuTime.of(pids.get(i)).totalNanos();
            }
            return nanos;
        }
    }

    /** The sidecar's certificate carries a service's name and no host's; what is measured here is on this machine. */
    private static final class AnyOnLoopback extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
