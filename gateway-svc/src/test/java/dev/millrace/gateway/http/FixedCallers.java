package dev.millrace.gateway.http;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.Callers;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnFault;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;

/** Callers that are all local while the door is open, and know one key while it is not. */
@Singleton
@Primary
@Requires(property = "gateway.door-test")
final class FixedCallers implements Callers {
    static final String KEY = "mr-right";

    volatile boolean open = true;

    @Override
    public boolean open() {
        return open;
    }

    @Override
    public Caller authenticate(String key) {
        if (open) {
            return Caller.LOCAL;
        }
        if (!key.equals(KEY)) {
            throw new TurnFault(Reason.KEY_INVALID, "no such key", Map.of());
        }
        return new Caller("acme", "mr-ri", Set.of(Caller.Permission.INFER));
    }
}
