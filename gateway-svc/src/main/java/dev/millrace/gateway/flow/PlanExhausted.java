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

/** Collects why candidates did not answer, and makes the one fault that tells a person. */
final class PlanExhausted {

    private static final String NEXT =
            "mend one of these, or add another engine or provider; `millrace doctor` looks closer";
    private static final Duration RETRY_FULL = Duration.ofSeconds(1);

    private final List<Failure> failures = new ArrayList<>();
    private final List<Unpaid> unpaid = new ArrayList<>();

    void failed(Candidate candidate, AttemptRun.Moved moved) {
        failures.add(new Failure(candidate, moved));
    }

    void unpaid(Candidate candidate, Reason reason, String detail, Map<String, String> metadata) {
        unpaid.add(new Unpaid(candidate, reason, detail, metadata));
    }

    /** The fault: the one reason that all share, or all of them by name. */
    TurnFault fault(List<Candidate> rejected, List<Attempt> attempts) {
        if (failures.isEmpty() && !unpaid.isEmpty()) {
            return nobodyPaid();
        }
        if (failures.stream().allMatch(failure -> BackendFaults.isFull(failure.moved.cause()))) {
            return full();
        }
        if (failures.stream().allMatch(failure -> failure.moved.cause().equals("CONTEXT_TOO_LONG"))) {
            return new TurnFault(
                    Reason.CONTEXT_TOO_LONG,
                    "the prompt fits no model's window: " + failureLines() + ". Shorten it",
                    metadata(failures.getFirst()));
        }
        if (failures.stream().allMatch(failure -> failure.moved.cause().equals("CAPABILITY_UNSUPPORTED"))) {
            return new TurnFault(
                    Reason.CAPABILITY_UNSUPPORTED,
                    "no model can do what the request needs: " + failureLines(),
                    metadata(failures.getFirst()));
        }
        return nobodyAnswered(rejected, attempts);
    }

    private TurnFault nobodyPaid() {
        Unpaid telling = unpaid.stream()
                .filter(one -> one.reason == Reason.BILLING_UNAVAILABLE)
                .findFirst()
                .orElse(unpaid.getFirst());
        return new TurnFault(telling.reason, telling.detail, telling.metadata);
    }

    private TurnFault full() {
        Duration retry = retryAfter().orElse(RETRY_FULL);
        return new TurnFault(
                Reason.CAPACITY_EXHAUSTED,
                "every model is busy: " + failureLines() + ". Try again in " + seconds(retry),
                Map.of("retry_after_millis", Long.toString(retry.toMillis())),
                Optional.of(retry),
                Optional.empty());
    }

    private TurnFault nobodyAnswered(List<Candidate> rejected, List<Attempt> attempts) {
        List<String> lines =
                new ArrayList<>(failures.stream().map(Failure::line).toList());
        unpaid.stream().map(Unpaid::line).forEach(lines::add);
        rejected.stream()
                .filter(candidate -> candidate.reasons().getFirst().kind() == RouteReason.Kind.UNAVAILABLE)
                .map(candidate ->
                        candidate.name() + ": " + candidate.reasons().getFirst().text())
                .forEach(lines::add);
        Optional<Duration> retry = retryAfter();
        String next = retry.map(delay -> ". Try again in " + seconds(delay)).orElse("");
        return new TurnFault(
                Reason.NO_BACKEND_ANSWERED,
                "no backend could answer: " + lines.stream().distinct().collect(Collectors.joining("; ")) + next,
                Map.of("attempts", Integer.toString(attempts.size()), "next", NEXT),
                retry,
                Optional.empty());
    }

    private Optional<Duration> retryAfter() {
        return failures.stream()
                .flatMap(failure -> failure.moved.retryAfter().stream())
                .min(Comparator.naturalOrder());
    }

    private String failureLines() {
        return failures.stream().map(Failure::line).distinct().collect(Collectors.joining("; "));
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
    }

    private record Unpaid(Candidate candidate, Reason reason, String detail, Map<String, String> metadata) {
        String line() {
            return candidate.name() + ": " + detail;
        }
    }
}
