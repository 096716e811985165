package dev.millrace.local.app;

import dev.millrace.local.Engine;
import dev.millrace.local.EngineFault;
import dev.millrace.local.LocalModel;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether any engine of this node could be asked. An embedded engine that could not be loaded is tried again now and then: nobody
 * asks a node that takes no calls, so that no prompt would do it. Asked by one thread.
 */
final class NodeReadiness implements BooleanSupplier {
    private static final Logger LOG = LoggerFactory.getLogger(NodeReadiness.class);

    private final LocalEngines engines;
    private final long everyNanos;
    private long triedNanos = System.nanoTime();

    /** @param every how often a load is tried again */
    NodeReadiness(LocalEngines engines, Duration every) {
        this.engines = engines;
        this.everyNanos = every.toNanos();
    }

    @Override
    public boolean getAsBoolean() {
        if (!engines.isAnyAtHand() && System.nanoTime() - triedNanos >= everyNanos) {
            triedNanos = System.nanoTime();
            engines.embedded().forEach(NodeReadiness::load);
        }
        return engines.isAnyAtHand();
    }

    private static void load(Engine engine) {
        for (LocalModel model : engine.models()) {
            try {
                engine.load(model.id(), share -> {});
            } catch (EngineFault still) {
                LOG.atDebug().addKeyValue("model", model.id()).setCause(still).log("it cannot be loaded yet");
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
