package dev.millrace.standalone;

import dev.millrace.cli.ExitCodes;
import dev.millrace.mesh.command.MeshUp;
import dev.millrace.mesh.fleet.LeftMesh;
import dev.millrace.mesh.fleet.Mesh;
import dev.millrace.mesh.fleet.MeshPlan;
import dev.millrace.runtime.ConfigurationFault;
import dev.millrace.runtime.Home;
import dev.millrace.runtime.HomeLock;
import dev.millrace.runtime.LogFile;
import dev.millrace.runtime.LogForm;
import dev.millrace.runtime.ServiceProcess;
import dev.millrace.runtime.ServiceSettings;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts all five services in this process, tells of each as it becomes healthy, and lives until it is told to end. */
@Command(name = "up", description = "Starts Millrace on this machine; Ctrl-C ends it.", mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    /** Set by the script that installs what a start needs: whether this line would be refused is to be known before that. */
    private static final String CHECK_ONLY = "millrace.check-only";

    @Mixin
    private PlacementOptions placement = new PlacementOptions();

    @Mixin
    private MeshOptions mesh = new MeshOptions();

    @Option(
            names = {"-d", "--detach"},
            description =
                    "return once everything runs; `millrace down` ends it. Exit code 3: it runs, and a service of it cannot"
                            + " do its work, whose line says why")
    private boolean detach;

    @Override
    public Integer call() throws InterruptedException {
        try {
            Home home = placement.home();
            refuseSecond(home);
            ServiceSettings settings = placement.settings();
            Optional<MeshPlan> plan = mesh.wanted() ? Optional.of(mesh.plan(placement)) : Optional.empty();
            if (plan.isEmpty()) {
                refuseBesideMesh(home);
            }
            if (Boolean.getBoolean(CHECK_ONLY)) {
                return 0;
            }
            if (detaches()) {
                refuseMistakes(settings);
                home.create();
                return Detached.start(home, placement.typed("down") + " stops it.", () -> Mesh.sweep(home));
            }
            home.create();
            HomeLock.take(home);
            if (plan.isPresent()) {
                new MeshUp(System.out).run(plan.get());
                return 0;
            }
            return foreground(settings);
        } catch (ConfigurationFault fault) {
            fault.mistakes().forEach(mistake -> System.err.println("error: " + mistake));
            return ExitCodes.USAGE;
        } catch (RuntimeException failure) {
            ServiceProcess.tell(failure);
            System.err.println("error: " + failure.getMessage());
            return ExitCodes.FAILED;
        }
    }

    /** The one that was started to outlive another is given the same words. */
    boolean detaches() {
        return detach && !Detached.isThisProcess();
    }

    /** In this process rather than in the one that outlives it, whose words are shown only once it runs. */
    private static void refuseMistakes(ServiceSettings settings) {
        List<String> mistakes = ServiceProcess.mistakes(Services.all(), settings);
        if (!mistakes.isEmpty()) {
            throw new ConfigurationFault(mistakes);
        }
    }

    private void refuseSecond(Home home) {
        Optional<Home.Run> running = home.run();
        if (running.isPresent()) {
            throw new IllegalStateException("a Millrace runs in " + home.root() + " already, process "
                    + running.get().pid()
                    + ". Use it, end it with `" + placement.typed("down")
                    + "`, or start this one in another place with --home, --http-port and --grpc-port");
        }
        HomeLock.holder(home).ifPresent(pid -> {
            throw new IllegalStateException("a Millrace is starting in " + home.root() + ", process " + pid
                    + ". Wait until it is healthy, or end it with `" + placement.typed("down") + "`");
        });
    }

    /** One that is to be a mesh itself ends them first. */
    private void refuseBesideMesh(Home home) {
        LeftMesh.told(home, placement::typed).ifPresent(words -> {
            throw new IllegalStateException(words);
        });
    }

    private int foreground(ServiceSettings settings) throws InterruptedException {
        PrintStream out = System.out;
        LogFile.open(settings.home().logs(), "millrace", "standalone", LogForm.of(System.getenv()));
        MeshLedger.leftWithoutMesh(settings, placement::typed).forEach(out::println);
        StartReport report = new StartReport(out);
        ServiceProcess process = ServiceProcess.start(Services.all(), settings, report::started);
        process.stopAtShutdown(settings.home()::forgetRun);
        try {
            settings.home().write(report.run(settings.configFile()));
            report.ready(settings.home(), placement.typed("chat"));
        } catch (RuntimeException failure) {
            process.endsWith(ExitCodes.FAILED);
            throw failure;
        }
        new CountDownLatch(1).await();
        return 0;
    }
}
