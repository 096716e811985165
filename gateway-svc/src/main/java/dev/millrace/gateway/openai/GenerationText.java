package dev.millrace.gateway.openai;

import dev.millrace.gateway.Generations.Call;
import dev.millrace.gateway.Generations.Generation;

/** Writes what one turn was and cost; amounts are decimal text because they are exact. */
public final class GenerationText {

    private GenerationText() {}

    /** The turn that an answer's id names: the id itself without the word before it. */
    public static String turnId(String answerId) {
        return answerId.replaceFirst("^(chatcmpl|cmpl)-", "");
    }

    /** The turn as JSON. */
    public static byte[] json(Generation turn) {
        JsonOut out = new JsonOut(1024).object();
        out.field("id", turn.turnId()).field("object", "generation");
        out.field("request_id", turn.requestId());
        out.field("created", turn.settled().getEpochSecond());
        out.field("state", turn.state()).field("end", turn.end());
        out.field("route", turn.route()).field("engine", turn.engine());
        out.field("model", turn.model()).field("tier", turn.tier());
        UsageOut.usage(out, turn.usage());
        out.field("cost_usd", UsageOut.usd(turn.cost().chargedNanoUsd()));
        out.field("upstream_cost_usd", UsageOut.usd(turn.cost().upstreamNanoUsd()));
        out.field("saved_usd", UsageOut.usd(turn.cost().savedNanoUsd()));
        out.field("saved_against", turn.cost().referenceModel());
        turn.firstToken().ifPresent(span -> out.field("first_token_ms", span.toMillis()));
        turn.total().ifPresent(span -> out.field("total_ms", span.toMillis()));
        out.key("calls").array();
        turn.calls().forEach(call -> call(out, call));
        return out.endArray().endObject().toBytes();
    }

    private static void call(JsonOut out, Call call) {
        out.object().field("engine", call.engine()).field("model", call.model());
        out.field("outcome", call.outcome());
        UsageOut.usage(out, call.usage());
        out.field("cost_usd", UsageOut.usd(call.costNanoUsd())).endObject();
    }
}
