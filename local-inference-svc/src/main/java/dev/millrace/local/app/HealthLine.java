package dev.millrace.local.app;

import dev.millrace.local.Engine;
import dev.millrace.local.LocalModel;
import dev.millrace.local.embedded.LlamaEngine;
import java.util.List;
import java.util.StringJoiner;

/** Says in one line which engines there are, and what is wrong with those that cannot be used. */
final class HealthLine {
    private static final long MEGABYTE = 1_000_000;

    private HealthLine() {}

    static String of(LocalEngines engines) {
        StringJoiner line = new StringJoiner("; ");
        engines.beside().forEach(engine -> line.add(beside(engine)));
        engines.embedded().forEach(engine -> line.add(embedded(engine)));
        return line.length() == 0 ? "no engine" : line.toString();
    }

    private static String embedded(Engine engine) {
        LocalModel model = engine.models().getFirst();
        String memory = model.memoryBytes().isPresent()
                ? ", " + (model.memoryBytes().getAsLong() + MEGABYTE / 2) / MEGABYTE + " MB"
                : "";
        return LlamaEngine.NAME + " llama.cpp: " + model.id() + ", " + engine.slotCount() + " slots" + memory
                + (model.isUsable() ? "" : ", UNAVAILABLE: " + model.stateDetail());
    }

    private static String beside(Engine engine) {
        List<LocalModel> models = engine.models();
        List<LocalModel> usable = models.stream().filter(LocalModel::isUsable).toList();
        String name = engine.name() + " " + engine.address() + ": ";
        if (usable.isEmpty()) {
            return name + why(engine, models);
        }
        return name + usable.size() + (usable.size() == 1 ? " model" : " models") + ", " + engine.slotCount()
                + (engine.slotCount() == 1 ? " slot" : " slots");
    }

    private static String why(Engine engine, List<LocalModel> models) {
        if (engine.unreached().isPresent()) {
            return "UNAVAILABLE: " + engine.unreached().get().message();
        }
        return models.isEmpty()
                ? "it answers and has no model that could be used: give it one"
                : "UNAVAILABLE: " + models.getFirst().stateDetail();
    }
}
