package dev.millrace.gateway.openai;

/**
 * What is equal on every chunk of an answer.
 *
 * @param turnId the turn; the answer's id is made of it
 * @param createdSeconds when the answer began, seconds since 1970
 * @param model the model that answers
 */
public record AnswerHead(String turnId, long createdSeconds, String model) {}
