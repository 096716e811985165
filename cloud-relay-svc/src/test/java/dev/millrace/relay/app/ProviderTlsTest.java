package dev.millrace.relay.app;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.millrace.relay.Upstream.Exchange;
import dev.millrace.relay.Upstream.Request;
import dev.millrace.relay.upstream.NettyUpstream;
import dev.millrace.testing.InferenceCall;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A provider behind TLS is who it says it is, or gets no prompt and no key. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
final class ProviderTlsTest extends ProviderFaults {
    private static final String TRUSTED = "javax.net.ssl.trustStore";
    private static final String PASSWORD = "for-this-test";

    private final AtomicInteger requests = new AtomicInteger();

    @AfterEach
    void trustAsBefore() {
        System.clearProperty(TRUSTED);
        System.clearProperty(TRUSTED + "Password");
    }

    @Test
    void providerWithATrustedCertificateAnswers() throws Exception {
        Path store = certificate("ip:127.0.0.1");
        trust(store);

        InferenceCall call = run(relay(serve(store), "m", Map.of()), Prompts.cleared("m"));

        assertThat(call.text()).isEqualTo("Hello");
        completed(call);
    }

    @Test
    void providerWithACertificateThatNobodyTrustsIsSentNothing() throws Exception {
        InferenceCall call = run(relay(serve(certificate("ip:127.0.0.1")), "m", Map.of()), Prompts.cleared("m"));

        assertThat(fault(call).reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(requests).hasValue(0);
    }

    @Test
    void providerWithTheCertificateOfAnotherHostIsSentNothing() throws Exception {
        Path store = certificate("dns:other.example");
        trust(store);

        InferenceCall call = run(relay(serve(store), "m", Map.of()), Prompts.cleared("m"));

        assertThat(fault(call).reason()).isEqualTo("PROVIDER_UNAVAILABLE");
        assertThat(requests).hasValue(0);
    }

    @Test
    void anAddressWithoutASecureConnectionLeadsToTheNext() throws Exception {
        Path store = certificate("dns:localhost");
        trust(store);
        int port = URI.create(serve(store)).getPort();
        try (ScriptedSockets other = new ScriptedSockets(
                        InetAddress.getByName("127.0.0.2"),
                        port,
                        (socket, number) -> ScriptedSockets.write(socket, "no TLS here\r\n"));
                NettyUpstream upstream = upstream("127.0.0.2", "127.0.0.1");
                Exchange exchange = upstream.prepare(request(port, new byte[] {'{', '}'}))) {
            assertThat(exchange.send().status()).isEqualTo(200);
            assertThat(other.connections()).isEqualTo(1);
        }
    }

    @Test
    void requestThatNobodyTakesIsGivenUpAtOnce() throws Exception {
        Path store = certificate("dns:localhost");
        trust(store);
        SSLContext context = context(store);
        CompletableFuture<InputStream> arriving = new CompletableFuture<>();
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedSockets provider = new ScriptedSockets((socket, number) -> {
                    SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
                    secure.startHandshake();
                    arriving.complete(socket.getInputStream());
                    await().until(() -> over.getCount() == 0);
                });
                NettyUpstream upstream = upstream("127.0.0.1");
                Exchange exchange = upstream.prepare(request(provider.port(), new byte[32 << 20]))) {
            CompletableFuture<Duration> given = new CompletableFuture<>();
            AtomicLong aborted = new AtomicLong();
            Thread.ofVirtual().start(() -> {
                try {
                    exchange.send();
                } catch (IOException failure) {
                    given.complete(Duration.ofNanos(System.nanoTime() - aborted.get()));
                }
            });
            InputStream taken = arriving.get(10, TimeUnit.SECONDS);
            AtomicInteger before = new AtomicInteger(-1);
            await().pollInterval(Duration.ofMillis(200))
                    .until(() -> taken.available() > 0 && before.getAndSet(taken.available()) == taken.available());

            aborted.set(System.nanoTime());
            exchange.abort();

            assertThat(given.get(10, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(1));
        } finally {
            over.countDown();
        }
    }

    private static NettyUpstream upstream(String... addresses) throws IOException {
        InetAddress[] all = new InetAddress[addresses.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = InetAddress.getByName(addresses[i]);
        }
        return new NettyUpstream(host -> all, 1);
    }

    private static Request request(int port, byte[] body) {
        URI uri = URI.create("https://localhost:" + port + "/v1/chat/completions");
        return new Request(uri, Map.of(), body, LONG, LONG);
    }

    private static void trust(Path store) {
        System.setProperty(TRUSTED, store.toString());
        System.setProperty(TRUSTED + "Password", PASSWORD);
    }

    private Path certificate(String holder) throws IOException, InterruptedException {
        Path store = home.resolve("provider.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process making = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "provider",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=provider",
                        "-ext",
                        "san=" + holder,
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(making.getInputStream().readAllBytes(), UTF_8);
        assertThat(making.waitFor()).as(said).isZero();
        return store;
    }

    /** The base URL of a provider that holds the store's key and says one word. */
    private String serve(Path store) throws Exception {
        SSLContext context = context(store);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/", exchange -> {
            requests.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            try (var out = exchange.getResponseBody()) {
                out.write((FIRST + FINISH + "data: [DONE]\n\n").getBytes(UTF_8));
            }
        });
        server.start();
        open.add(() -> server.stop(0));
        return "https://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    private static SSLContext context(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
