package dev.millrace.gateway.openai;

import dev.millrace.gateway.TurnRequest;

/** A request for a completion as read: the turn to run, and the form of its answer. */
public record CompletionCall(TurnRequest turn, AnswerForm form) {}
