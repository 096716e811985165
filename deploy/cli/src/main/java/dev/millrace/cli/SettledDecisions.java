package dev.millrace.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.millrace.rpc.WireTimes;
import dev.millrace.schema.billing.v1.GetTurnRequest;
import dev.millrace.schema.billing.v1.ListUsageRequest;
import dev.millrace.schema.billing.v1.ListUsageResponse;
import dev.millrace.schema.billing.v1.TurnUsage;
import dev.millrace.schema.billing.v1.UsageServiceGrpc;
import dev.millrace.schema.billing.v1.UsageServiceGrpc.UsageServiceBlockingStub;
import io.grpc.ManagedChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads from the ledger what was decided, newest first. */
final class SettledDecisions {

    /** More are not read: by then the oldest say little of today's traffic. */
    static final int DECISIONS_MAX = 20_000;

    private static final int PAGE_SIZE = 1000;

    private final UsageServiceBlockingStub usage;

    SettledDecisions(ManagedChannel channel) {
        usage = UsageServiceGrpc.newBlockingStub(channel);
    }

    /** The decisions since a time that rest on a score. */
    List<Decision> since(Instant start) {
        List<Decision> decisions = new ArrayList<>();
        String next = "";
        do {
            ListUsageResponse page = usage.listUsage(ListUsageRequest.newBuilder()
                    .setStartTime(WireTimes.toWire(start))
                    .setPageSize(PAGE_SIZE)
                    .setPageToken(next)
                    .build());
            page.getTurnsList().forEach(turn -> decision(turn).ifPresent(decisions::add));
            next = page.getNextPageToken();
        } while (!next.isEmpty() && decisions.size() < DECISIONS_MAX);
        return decisions;
    }

    private Optional<Decision> decision(TurnUsage turn) {
        String json = usage.getTurn(
                        GetTurnRequest.newBuilder().setTurnId(turn.getTurnId()).build())
                .getDecisionJson();
        try {
            JsonElement record = JsonParser.parseString(json);
            if (record instanceof JsonObject decision && decision.has("score") && decision.has("tier")) {
                return Optional.of(new Decision(
                        turn.getTurnId(),
                        decision.get("score").getAsDouble(),
                        decision.get("tier").getAsString(),
                        text(decision, "judged_by")));
            }
        } catch (JsonParseException | NumberFormatException | UnsupportedOperationException unreadable) {
            // A record of another format says nothing here.
        }
        return Optional.empty();
    }

    private static String text(JsonObject decision, String name) {
        return decision.has(name) ? decision.get(name).getAsString() : "";
    }

    /**
     * A decision that was made.
     *
     * @param tier in lower case
     * @param judge the versions of the models that gave the score; a score that needed no embedding names none
     */
    record Decision(String turnId, double score, String tier, String judge) {}
}
