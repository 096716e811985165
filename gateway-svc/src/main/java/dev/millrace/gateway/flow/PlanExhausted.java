package dev.millrace.gateway.flow;

import dev.millrace.gateway.Candidate;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.RouteReason;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnResult.Attempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Collects why candidates did not answer, and makes the one fault that tells a person. */
final class PlanExhausted {

    private static final String NEXT =
            "mend one of these, or add another engine or provider; `millrace doctor` looks closer";
    private static final String NEXT_WHERE_ALL_IS_SPENT =
            "top up or change the provider, or add another engine; `millrace doctor` looks closer";
    private static final Duration RETRY_FULL = Duration.ofSeconds(1);

    private final List<Failure> failures = new ArrayList<>();
    private final List<Unpaid> unpaid = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    void failed(Candidate candidate, AttemptRun.Moved moved) {
        failures.add(new Failure(candidate, moved));
    }

    void unpaid(Candidate candidate, Reason reason, String detail, Map<String, String> metadata) {
        unpaid.add(new Unpaid(candidate, reason, detail, metadata));
    }

    /** One that was neither asked nor to be paid for, and why. */
    void leftOut(Candidate candidate, String why) {
        leftOut.add(candidate.name() + ": " + why);
    }

    /** Whether none has failed, and none was too dear. */
    boolean isEmpty() {
        return failures.isEmpty() && unpaid.isEmpty();
    }

    /** The fault: the one reason that all share, or all of them by name. */
    TurnFault fault(List<Candidate> rejected, List<Attempt> attempts) {
        if (failures.isEmpty() && !unpaid.isEmpty()) {
            return nobodyPaid(rejected);
        }
        if (failures.stream().allMatch(failure -> BackendFaults.isFull(failure.moved))) {
            return full(rejected);
        }
        if (failures.stream().allMatch(failure -> failure.moved.cause().equals("CONTEXT_TOO_LONG"))) {
            String what = unpaid.isEmpty()
                    ? "the prompt fits no model's window"
                    : "the prompt fits no window of the models that could be asked";
            return shared(Reason.CONTEXT_TOO_LONG, what, others(rejected) + ". Shorten it");
        }
        if (failures.stream().allMatch(failure -> failure.moved.cause().equals("CAPABILITY_UNSUPPORTED"))) {
            return shared(
                    Reason.CAPABILITY_UNSUPPORTED,
                    "no model can do what the request needs",
                    others(rejected) + ". `millrace models` says what each can");
        }
        return nobodyAnswered(rejected, attempts);
    }

    /** The first that cannot be paid speaks for those with its reason; billing away for all. */
    private TurnFault nobodyPaid(List<Candidate> rejected) {
        Unpaid telling = unpaid.stream()
                .filter(one -> one.reason == Reason.BILLING_UNAVAILABLE)
                .findFirst()
                .orElse(unpaid.getFirst());
        if (unpaid.stream().allMatch(one -> one.reason == Reason.COST_LIMIT_EXCEEDED)) {
            return new TurnFault(
                    telling.reason,
                    "every model would cost more than the limit: "
                            + joined(unpaid.stream().map(Unpaid::line)) + leftOutToo(neverAsked(rejected)),
                    telling.metadata);
        }
        Stream<String> others =
                unpaid.stream().filter(one -> one.reason != telling.reason).map(Unpaid::line);
        String told = telling.reason == Reason.COST_LIMIT_EXCEEDED ? telling.line() : telling.detail;
        return new TurnFault(
                telling.reason, told + leftOutToo(Stream.concat(others, neverAsked(rejected))), telling.metadata);
    }

    private TurnFault full(List<Candidate> rejected) {
        Duration retry = retryAfter().orElse(RETRY_FULL);
        String others = others(rejected);
        return new TurnFault(
                Reason.CAPACITY_EXHAUSTED,
                (others.isEmpty() ? "every model is busy: " : "every model that can be used is busy: ") + failureLines()
                        + others + ". Try again in " + seconds(retry),
                Map.of("retry_after_millis", Long.toString(retry.toMillis())),
                Optional.of(retry),
                Optional.empty());
    }

    private TurnFault shared(Reason reason, String what, String rest) {
        return new TurnFault(reason, what + ": " + failureLines() + rest, metadata(failures.getFirst()));
    }

    private TurnFault nobodyAnswered(List<Candidate> rejected, List<Attempt> attempts) {
        Optional<Duration> retry = retryAfter();
        String next = retry.map(delay -> ". Try again in " + seconds(delay)).orElse("");
        boolean allSpent = failures.stream().allMatch(failure -> BackendFaults.isSpent(failure.moved));
        return new TurnFault(
                Reason.NO_BACKEND_ANSWERED,
                "no backend could answer: "
                        + joined(Stream.concat(failures.stream().map(Failure::line), notAsked(rejected))) + next,
                Map.of(
                        "attempts",
                        Integer.toString(attempts.size()),
                        "next",
                        allSpent ? NEXT_WHERE_ALL_IS_SPENT : NEXT),
                retry,
                Optional.empty());
    }

    /** Those that could have been of use beside the ones that failed, each with why it was not asked. */
    private Stream<String> notAsked(List<Candidate> rejected) {
        return Stream.concat(unpaid.stream().map(Unpaid::line), neverAsked(rejected));
    }

    private Stream<String> neverAsked(List<Candidate> rejected) {
        Stream<String> unavailable = rejected.stream()
                .filter(candidate -> candidate.reasons().getFirst().kind() == RouteReason.Kind.UNAVAILABLE)
                .map(candidate ->
                        candidate.name() + ": " + candidate.reasons().getFirst().text());
        return Stream.concat(leftOut.stream(), unavailable);
    }

    private String others(List<Candidate> rejected) {
        return leftOutToo(notAsked(rejected));
    }

    private static String leftOutToo(Stream<String> lines) {
        String others = joined(lines);
        return others.isEmpty() ? "" : ". Left out: " + others;
    }

    private static String joined(Stream<String> lines) {
        return lines.distinct().collect(Collectors.joining("; "));
    }

    private Optional<Duration> retryAfter() {
        return failures.stream()
                .flatMap(failure -> failure.retryAfter().stream())
                .min(Comparator.naturalOrder());
    }

    private String failureLines() {
        return joined(failures.stream().map(Failure::line));
    }

    private static Map<String, String> metadata(Failure failure) {
        Map<String, String> metadata = new HashMap<>(failure.moved.metadata());
        metadata.put("model", failure.candidate.model());
        return metadata;
    }

    private static String seconds(Duration delay) {
        return Math.max(1, (delay.toMillis() + 999) / 1000) + " s";
    }

    private record Failure(Candidate candidate, AttemptRun.Moved moved) {
        String line() {
            return candidate.name() + ": " + moved.detail();
        }

        /** Room comes back soon also where nobody says when; what is spent stays spent whatever anybody says. */
        Optional<Duration> retryAfter() {
            if (BackendFaults.isSpent(moved)) {
                return Optional.empty();
            }
            return BackendFaults.isFull(moved)
                    ? moved.retryAfter().or(() -> Optional.of(RETRY_FULL))
                    : moved.retryAfter();
        }
    }

    private record Unpaid(Candidate candidate, Reason reason, String detail, Map<String, String> metadata) {
        String line() {
            return candidate.name() + ": " + detail;
        }
    }
}
