package dev.millrace.gateway.openai;

import dev.millrace.gateway.TurnRequest;
import java.util.List;

/**
 * A request for a completion as read: the turn to run, and the form of its answer.
 *
 * @param dropped the paths of keys that nobody behind the door could be told of
 */
public record CompletionCall(TurnRequest turn, AnswerForm form, List<String> dropped) {
    public CompletionCall {
        dropped = List.copyOf(dropped);
    }
}
