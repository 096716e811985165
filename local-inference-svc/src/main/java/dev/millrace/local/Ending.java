package dev.millrace.local;

import dev.millrace.schema.completion.v1.ChoiceEnd;
import dev.millrace.schema.completion.v1.TokenUsage;
import java.util.List;

/** How an answer ended, and what it took. */
public record Ending(List<ChoiceEnd> choiceEnds, TokenUsage usage) {
    public Ending {
        choiceEnds = List.copyOf(choiceEnds);
    }
}
