package dev.millrace.gateway.http;

import dev.millrace.gateway.Catalogue;
import dev.millrace.gateway.Embeddings;
import dev.millrace.gateway.Standing;
import dev.millrace.gateway.Target;
import dev.millrace.schema.completion.v1.TokenUsage;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/** A catalogue of two models, and embeddings whose components tell the text's place and length. */
@Singleton
@Primary
@Requires(property = "gateway.door-test")
final class FixedModels implements Catalogue, Embeddings {
    static final Entry STARTER = new Entry(
            "millrace-starter",
            Target.LOCAL,
            "embedded",
            List.of("starter"),
            OptionalLong.of(2048),
            OptionalLong.of(512),
            Set.of(Capability.CHAT),
            true,
            State.LOADED,
            "",
            Optional.empty(),
            Instant.ofEpochSecond(1_700_000_000));
    static final Entry DEEPSEEK = new Entry(
            "org/deepseek-v3.2",
            Target.CLOUD,
            "holysheep",
            List.of(),
            OptionalLong.of(128_000),
            OptionalLong.empty(),
            Set.of(Capability.CHAT, Capability.TOOLS),
            false,
            State.UNAVAILABLE,
            "no key",
            Optional.of(new Price("p1", 420_000_000, 420_000_000, "shipped", Instant.EPOCH)),
            Instant.EPOCH);

    volatile List<Entry> models = List.of(STARTER, DEEPSEEK);
    volatile List<Standing> standings = List.of();

    @Override
    public List<Entry> models() {
        return models;
    }

    @Override
    public List<Standing> standings() {
        return standings;
    }

    @Override
    public Result embed(Request request) {
        List<float[]> vectors = IntStream.range(0, request.inputs().size())
                .mapToObj(i -> new float[] {
                    i, request.inputs().get(i).length(), request.dimensions().orElse(-1)
                })
                .toList();
        return new Result(
                vectors,
                "space-1",
                "minilm",
                Events.LOCAL,
                TokenUsage.newBuilder().setInputTokens(5).build(),
                OptionalLong.of(0));
    }
}
