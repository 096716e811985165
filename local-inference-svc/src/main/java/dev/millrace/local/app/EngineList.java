package dev.millrace.local.app;

import dev.millrace.local.Engine;
import dev.millrace.local.servers.ServerEngine;
import dev.millrace.local.servers.ollama.OllamaEngine;
import dev.millrace.local.servers.openai.OpenAiEngine;
import dev.millrace.runtime.ConfigurationFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Opens the engines beside this process in the operator's order: those of the short key first, then the list. */
final class EngineList {
    private EngineList() {}

    /** @param shortForm {@code ollama=URL,openai=URL}; empty: none */
    static List<Engine> open(String shortForm, List<EngineEntry> entries, Duration watchEvery) {
        Stream<EngineEntry> named = Arrays.stream(shortForm.split(","))
                .filter(text -> !text.isBlank())
                .map(EngineEntry::parse);
        List<Engine> engines = new ArrayList<>();
        Stream.concat(named, entries.stream())
                .forEach(entry -> engines.add(open(entry).watch(watchEvery)));
        return engines;
    }

    private static ServerEngine open(EngineEntry entry) {
        return switch (entry.kind()) {
            case OllamaEngine.NAME -> new OllamaEngine(entry.spec());
            case OpenAiEngine.NAME, "llama-server", "vllm", "localai" -> new OpenAiEngine(entry.spec());
            default ->
                throw new ConfigurationFault(EngineCheck.kind("local-inference.engines", entry.kind()).stream()
                        .toList());
        };
    }
}
