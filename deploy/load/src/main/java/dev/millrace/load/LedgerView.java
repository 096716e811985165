package dev.millrace.load;

import com.google.protobuf.Timestamp;
import dev.millrace.rpc.BlockingStreamReader;
import dev.millrace.rpc.BlockingStreamReader.Element;
import dev.millrace.rpc.Channels;
import dev.millrace.schema.billing.v1.ListUsageRequest;
import dev.millrace.schema.billing.v1.ListUsageResponse;
import dev.millrace.schema.billing.v1.TurnUsage;
import dev.millrace.schema.billing.v1.UsageServiceGrpc;
import dev.millrace.schema.completion.v1.ContentPart;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import dev.millrace.schema.gateway.v1.StreamCompletionResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What the gateway's gRPC door tells of turns: those of the ledger, and how many tokens so many words of an answer are. */
final class LedgerView implements AutoCloseable {
    private static final int PAGE = 1_000;
    private static final int TOKEN_BYTES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ManagedChannel channel;

    LedgerView(String target) {
        channel = Channels.open(target);
    }

    /** The turns that were settled since then, by their ids. */
    Map<String, TurnUsage> turns(Instant since) {
        Map<String, TurnUsage> turns = new HashMap<>();
        ListUsageRequest.Builder ask = ListUsageRequest.newBuilder()
                .setStartTime(Timestamp.newBuilder().setSeconds(since.getEpochSecond()))
                .setPageSize(PAGE);
        ListUsageResponse page;
        do {
            page = UsageServiceGrpc.newBlockingStub(channel).listUsage(ask.build());
            page.getTurnsList().forEach(turn -> turns.put(turn.getTurnId(), turn));
            ask.setPageToken(page.getNextPageToken());
        } while (!page.getNextPageToken().isEmpty());
        return turns;
    }

    /**
     * The tokens that a cut turn is charged for the first words of a model's answer, which is always the same: at place n those
     * of n words. Where the backend counts none, the gateway takes a long piece for a quarter of its bytes.
     */
    List<Long> tokensOfWords(String model, int wordsMax) throws InterruptedException {
        List<Long> tokens = new ArrayList<>(List.of(0L));
        StreamCompletionRequest request = StreamCompletionRequest.newBuilder()
                .setModel(model)
                .setSampling(SamplingParameters.newBuilder().setMaxOutputTokens(StalledReader.TOKENS_MAX))
                .addMessages(Message.newBuilder()
                        .setRole(Role.ROLE_USER)
                        .addParts(ContentPart.newBuilder().setText("hello")))
                .build();
        try (var answer = BlockingStreamReader.open(
                channel, GatewayServiceGrpc.getStreamCompletionMethod(), CallOptions.DEFAULT, request)) {
            while (tokens.size() <= wordsMax) {
                if (!(answer.next(PATIENCE)
                        instanceof Element<StreamCompletionResponse>(StreamCompletionResponse event))) {
                    throw new IllegalStateException(model + " ended after " + (tokens.size() - 1) + " words");
                }
                Delta piece = event.getDelta();
                if (!piece.getText().isEmpty()) {
                    tokens.add(
                            piece.hasOutputTokens()
                                    ? piece.getOutputTokens()
                                    : tokens.getLast() + piece.getText().getBytes(UTF_8).length / TOKEN_BYTES);
                }
            }
        }
        return tokens;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
