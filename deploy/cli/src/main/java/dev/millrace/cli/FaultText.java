package dev.millrace.cli;

import dev.millrace.rpc.Fault;
import dev.millrace.rpc.TransportReason;
import dev.millrace.schema.gateway.v1.AttemptSummary;
import dev.millrace.schema.gateway.v1.Candidate;
import dev.millrace.schema.gateway.v1.RouteTarget;
import dev.millrace.schema.gateway.v1.TurnFailure;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A failed call as a person reads it: what failed and why, each backend with its reason, what to do next.
 *
 * @param lines for stderr
 * @param exitCode for the shell
 */
record FaultText(String lines, int exitCode) {
    private static final String ERROR = "error: ";
    private static final String SEE_GATEWAYS =
            "`millrace ps` shows what runs, `millrace logs gateway` why one ended; ask again in a moment";
    /** How Envoy begins what it says of a service that it cannot reach, or that ended with a call in its hands. */
    private static final List<String> DOORS_WORDS = List.of("no healthy upstream", "upstream connect error");

    static FaultText of(StatusRuntimeException failure) {
        Fault fault = Fault.of(failure);
        TurnFailure turn = fault.detail(TurnFailure.class).orElse(TurnFailure.getDefaultInstance());
        List<AttemptSummary> attempts = turn.getAttemptsList();
        boolean listed =
                fault.is("NO_BACKEND_ANSWERED") ? attempts.size() + turn.getPassedOverCount() > 0 : attempts.size() > 1;
        StringBuilder text = new StringBuilder(ERROR).append(listed ? firstClause(fault) : message(fault, failure));
        requestId(fault, failure).ifPresent(id -> text.append(" (").append(id).append(')'));
        if (listed) {
            Table table = new Table();
            attempts.forEach(attempt -> table.row(
                    "  " + label(attempt.getTarget()),
                    attempt.getModel(),
                    attempt.getOutcome() + ": " + attempt.getDetail()));
            turn.getPassedOverList()
                    .forEach(candidate ->
                            table.row("  " + label(candidate.getTarget()), name(candidate), why(candidate)));
            text.append('\n').append(table.render());
        }
        next(fault, failure).ifPresent(step -> text.append("\n  next: ").append(step));
        return new FaultText(text.toString(), exitCode(fault));
    }

    /** The same, told of the place in the caller's input that the call was for. */
    CommandFault at(String place) {
        return new CommandFault(exitCode, place + ": " + lines.substring(ERROR.length()));
    }

    /** An engine that never answered has no model that anybody knows. */
    static String name(Candidate candidate) {
        return candidate.getModel().isEmpty() ? candidate.getEngine() : candidate.getModel();
    }

    private static String why(Candidate candidate) {
        return candidate.getReasonsList().stream()
                .findFirst()
                .map(reason -> "not tried: " + reason.getText())
                .orElse("not tried");
    }

    /** Where a table follows that names every backend, the words before the first colon are enough. */
    private static String firstClause(Fault fault) {
        int colon = fault.message().indexOf(": ");
        return fault.is("NO_BACKEND_ANSWERED") && colon > 0 ? fault.message().substring(0, colon) : fault.message();
    }

    private static Optional<String> requestId(Fault fault, StatusRuntimeException failure) {
        return fault.detail(TurnFailure.class)
                .map(TurnFailure::getTurnId)
                .filter(id -> !id.isEmpty())
                .or(() -> Optional.ofNullable(failure.getTrailers())
                        .map(trailers -> trailers.get(dev.millrace.rpc.MetadataKeys.REQUEST_ID)));
    }

    private static Optional<String> next(Fault fault, StatusRuntimeException failure) {
        if (onlyTheDoor(failure)) {
            return Optional.of(SEE_GATEWAYS);
        }
        if (fault.retryDelay().isPresent()) {
            return Optional.of("retry in " + Units.duration(fault.retryDelay().get()));
        }
        return Optional.ofNullable(fault.metadata().get("next"));
    }

    private static int exitCode(Fault fault) {
        if (fault.is("BUDGET_EXHAUSTED")) {
            return ExitCodes.BUDGET;
        }
        if (fault.is("NO_BACKEND_ANSWERED") || fault.is("CAPACITY_EXHAUSTED") || fault.is("BILLING_UNAVAILABLE")) {
            return ExitCodes.UNAVAILABLE;
        }
        if (isTooLarge(fault)) {
            return ExitCodes.USAGE;
        }
        return switch (fault.code()) {
            case INVALID_ARGUMENT, NOT_FOUND -> ExitCodes.USAGE;
            case UNAVAILABLE -> ExitCodes.UNAVAILABLE;
            case CANCELLED -> ExitCodes.INTERRUPTED;
            default -> ExitCodes.FAILED;
        };
    }

    static String label(RouteTarget target) {
        return target == RouteTarget.ROUTE_TARGET_UNSPECIFIED
                ? "-"
                : target.name().substring("ROUTE_TARGET_".length()).toLowerCase(Locale.ROOT);
    }

    private static String message(Fault fault, StatusRuntimeException failure) {
        if (onlyTheDoor(failure)) {
            String what = fault.code() == Code.UNAVAILABLE
                    ? "no gateway answers behind the outer door"
                    : "the gateway behind the outer door ended with this call in its hands";
            return what + " (" + fault.message() + ")";
        }
        if (isTooLarge(fault)) {
            return "the request is too large for the door (" + fault.message() + "). Shorten the prompt";
        }
        return nobodyThere(failure)
                ? "nobody answers at the gateway's address. See whether Millrace is up there: `millrace status`"
                : fault.message();
    }

    /** The same for a call of which one line is told. */
    static String message(StatusRuntimeException failure) {
        String message = message(Fault.of(failure), failure);
        return onlyTheDoor(failure) ? message + "; " + SEE_GATEWAYS : message;
    }

    /** Whether the call came no further than the Envoy in front of the gateways: a gateway names each call, and has other words. */
    private static boolean onlyTheDoor(StatusRuntimeException failure) {
        Code code = failure.getStatus().getCode();
        String said = String.valueOf(failure.getStatus().getDescription());
        return (code == Code.UNAVAILABLE || code == Code.INTERNAL)
                && failure.getTrailers() != null
                && failure.getTrailers().get(dev.millrace.rpc.MetadataKeys.REQUEST_ID) == null
                && DOORS_WORDS.stream().anyMatch(said::startsWith);
    }

    /** Whether the door refused it unread; what it has read, the gateway refuses in words of its own. */
    private static boolean isTooLarge(Fault fault) {
        return fault.domain().equals(TransportReason.DOMAIN) && fault.is(TransportReason.REQUEST_TOO_LARGE.name());
    }

    /** Whether the call met no gateway at all: no service answered, so there is no detail and no trailer. */
    private static boolean nobodyThere(StatusRuntimeException failure) {
        return failure.getStatus().getCode() == Code.UNAVAILABLE
                && Fault.of(failure).details().isEmpty()
                && (failure.getTrailers() == null
                        || failure.getTrailers().keys().isEmpty());
    }
}
