package dev.millrace.mesh.command;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.millrace.mesh.Folders;
import dev.millrace.mesh.fleet.Mesh;
import dev.millrace.mesh.fleet.MeshPlan;
import dev.millrace.mesh.fleet.ProcessState;
import dev.millrace.mesh.policy.Policy;
import dev.millrace.mesh.policy.PolicyFile;
import dev.millrace.mesh.process.Programs;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.LogFile;
import dev.millrace.runtime.LogForm;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Starts a mesh and holds it until the process is told to end. */
public final class MeshUp {
    /** The last line; where the process is detached, another stands in for it. */
    public static final String END = "Ctrl-C stops it.";

    private static final String LOG = "mesh";

    private final PrintStream out;
    /** To end, by a signal or because the start failed. */
    private volatile boolean told;

    public MeshUp(PrintStream out) {
        this.out = out;
    }

    /** The policy that the program ships. */
    public static Policy shippedPolicy() {
        try (InputStream text = Objects.requireNonNull(Folders.class.getResourceAsStream("policy.yaml"))) {
            return PolicyFile.parse("policy.yaml", new String(text.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new IllegalStateException("the program's own policy cannot be read", failure);
        }
    }

    /** Returns when the process is interrupted, which a shutdown hook makes the clean end of everything, also of a start. */
    public void run(MeshPlan plan) throws InterruptedException {
        long begin = System.nanoTime();
        Home home = plan.settings().home();
        LogFile.open(home.logs(), LOG, LOG, LogForm.of(System.getenv()));
        plan.notes().forEach(this::say);
        Mesh mesh = Mesh.of(plan, Programs.of(System.getenv()));
        AtomicBoolean healthy = new AtomicBoolean();
        ControlSocket control = ControlSocket.open(new Folders(home).socket(), (words, line) -> {
            requireHealthy(healthy);
            answer(mesh, words, line);
        });
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            told = true;
                            control.close();
                            mesh.close();
                            home.forgetRun();
                        },
                        "stop"));
        open(mesh);
        healthy.set(true);
        tell(plan, mesh, System.nanoTime() - begin);
        // The last: whoever waits for it finds everything said.
        home.write(new Home.Run(
                ProcessHandle.current().pid(),
                plan.settings().configFile(),
                Map.of("gateway.grpc", grpc(mesh), "gateway.http", http(mesh))));
        new CountDownLatch(1).await();
    }

    /** What fails because the process was told to end is no failure of the start. */
    private void open(Mesh mesh) throws InterruptedException {
        try {
            mesh.open(this::say);
        } catch (RuntimeException failure) {
            if (told) {
                new CountDownLatch(1).await();
            }
            throw failure;
        }
    }

    private static void requireHealthy(AtomicBoolean healthy) {
        if (!healthy.get()) {
            throw new IllegalStateException("the mesh is still starting, process "
                    + ProcessHandle.current().pid() + ": try again once it is healthy, or end it with: millrace down");
        }
    }

    private void tell(MeshPlan plan, Mesh mesh, long nanos) {
        say(String.format(Locale.ROOT, "all healthy after %.1f s", nanos / 1e9));
        say("gRPC %s    HTTP %s    logs %s"
                .formatted(
                        grpc(mesh).getAuthority(),
                        http(mesh),
                        plan.settings().home().logs()));
        say("ledger " + plan.ledgerPlace());
        say("traces " + mesh.tracesPlace());
        say("millrace ps shows what runs.");
        say(END);
    }

    private static URI grpc(Mesh mesh) {
        return URI.create("tcp://127.0.0.1:" + mesh.edgePorts().grpc());
    }

    private static URI http(Mesh mesh) {
        return URI.create("http://127.0.0.1:" + mesh.edgePorts().http());
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    private static void answer(Mesh mesh, List<String> words, Consumer<String> line) {
        switch (words.getFirst()) {
            case "ps" -> (words.contains("json") ? json(mesh.processes()) : table(mesh.processes())).forEach(line);
            case "scale" -> mesh.scale(words.get(1), Integer.parseInt(words.get(2)), line);
            default -> throw new IllegalArgumentException(words.getFirst() + " (expected: ps or scale)");
        }
    }

    /** A line for each, within 80 columns unless a health is more than a word: it ends its line. */
    static List<String> table(List<ProcessState> states) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("INSTANCE", "AGE", "PID SIDECAR", "PORT IN OUT HTTP", "HEALTH"));
        states.forEach(state -> rows.add(List.of(
                state.name(), age(state.age().toSeconds()), state.pids(), numbers(state.ports()), health(state))));
        int[] widths = IntStream.range(0, rows.getFirst().size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        String form = "%%-%ds  %%%ds  %%-%ds  %%-%ds  %%s".formatted(widths[0], widths[1], widths[2], widths[3]);
        return rows.stream().map(row -> form.formatted(row.toArray())).toList();
    }

    /** An instance's, in the order of the heading; another program's keep their names. */
    private static String numbers(String ports) {
        String plain = ports.replace(",", "");
        return plain.startsWith("service ") ? plain.replaceAll("[a-z]+ ", "") : plain;
    }

    private static String health(ProcessState state) {
        int restarts = state.restarts();
        return restarts == 0
                ? state.health()
                : state.health() + ", restarted " + restarts + (restarts == 1 ? " time" : " times");
    }

    private static String age(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    private static List<String> json(List<ProcessState> states) {
        JsonArray all = new JsonArray();
        states.forEach(state -> {
            JsonObject one = new JsonObject();
            one.addProperty("instance", state.name());
            one.addProperty("health", state.health());
            one.addProperty("age_seconds", state.age().toSeconds());
            one.addProperty("restarts", state.restarts());
            one.addProperty("pids", state.pids());
            one.addProperty("ports", state.ports());
            all.add(one);
        });
        return List.of(new Gson().toJson(all));
    }
}
