package dev.millrace.local.slots;

import dev.millrace.local.Answer;
import dev.millrace.local.Ending;
import dev.millrace.local.Engine;
import dev.millrace.local.Generation;
import dev.millrace.local.LocalModel;
import java.util.List;
import java.util.OptionalLong;

/** An engine that has slots and nothing to run. */
record IdleEngine(String name, int slotCount) implements Engine {
    @Override
    public String address() {
        return "nowhere";
    }

    @Override
    public List<LocalModel> models() {
        return List.of();
    }

    @Override
    public OptionalLong checkFits(Generation generation) {
        return OptionalLong.empty();
    }

    @Override
    public Ending generate(Generation generation, Answer answer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
