package dev.millrace.local.servers;

import dev.millrace.local.Engine;
import dev.millrace.local.EngineFault;
import dev.millrace.local.Generation;
import dev.millrace.local.LocalModel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine behind HTTP, whose models are asked for now and then. While it does not answer, what it had stays listed as
 * UNAVAILABLE with the reason.
 */
public abstract class ServerEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(ServerEngine.class);

    protected final ServerSpec spec;
    protected final ServerFaults faults;
    protected final ServerConnection connection;
    private final int slotsDefault;
    private volatile List<LocalModel> models = List.of();
    private volatile int slotsTold;
    /** Why it does not answer; null while it does. */
    private volatile @Nullable EngineFault outage;

    private @Nullable Thread watch;

    /** @param slotsDefault where neither the operator nor the engine says how many */
    protected ServerEngine(ServerSpec spec, ServerFaults faults, int slotsDefault) {
        this.spec = spec;
        this.faults = faults;
        this.connection = new ServerConnection(spec, faults);
        this.slotsDefault = slotsDefault;
    }

    /** Asks once, then again every so often, until closed. */
    public final ServerEngine watch(Duration every) {
        refresh();
        watch = Thread.ofVirtual().name("watch " + spec.base()).start(() -> {
            try {
                while (true) {
                    Thread.sleep(every);
                    refresh();
                }
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        });
        return this;
    }

    /** Asks the engine what it has, now. */
    public final void refresh() {
        try {
            models = List.copyOf(discover());
            if (outage != null) {
                LOG.atInfo().addKeyValue("engine", spec.base()).log("the engine answers again");
            }
            outage = null;
        } catch (EngineFault failure) {
            lost(failure);
        }
    }

    private void lost(EngineFault failure) {
        models = models.stream()
                .map(model -> model.unavailable(failure.message()))
                .toList();
        if (outage == null) {
            LOG.atWarn().addKeyValue("engine", spec.base()).log(failure.message());
        }
        outage = failure;
    }

    /** Reads the engine's lists. */
    protected abstract List<LocalModel> discover() throws EngineFault;

    /** The engine has said how many generations it runs at once. */
    protected final void slotsTold(int count) {
        slotsTold = Math.max(0, count);
    }

    /** Notes that nothing listens there, so that the next call is refused at once. */
    protected final EngineFault noted(EngineFault failure) {
        if (failure.kind() == EngineFault.Kind.UNREACHABLE) {
            lost(failure);
        }
        return failure;
    }

    @Override
    public final String address() {
        return spec.base().toString();
    }

    @Override
    public final int slotCount() {
        return spec.slots().orElse(slotsTold > 0 ? slotsTold : slotsDefault);
    }

    @Override
    public final List<LocalModel> models() {
        return models;
    }

    @Override
    public final Optional<EngineFault> unreached() {
        return models.isEmpty() ? Optional.ofNullable(outage) : Optional.empty();
    }

    /** The model as it was last seen. */
    protected final @Nullable LocalModel model(String id) {
        return models.stream()
                .filter(model -> model.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    /** Engines behind HTTP count only while they run; beforehand the classifier's estimate is all there is. */
    @Override
    public OptionalLong checkFits(Generation generation) throws EngineFault {
        @Nullable LocalModel model = model(generation.model());
        if (model != null
                && model.contextLength().isPresent()
                && generation.estimatedInputTokens().isPresent()
                && generation.estimatedInputTokens().getAsLong()
                        >= model.contextLength().getAsLong()) {
            throw EngineFault.contextTooLong(
                    model.id(),
                    generation.estimatedInputTokens().getAsLong(),
                    model.contextLength().getAsLong());
        }
        return OptionalLong.empty();
    }

    @Override
    public final void close() {
        if (watch != null) {
            watch.interrupt();
        }
        connection.close();
    }
}
