package dev.millrace.relay.openai;

import dev.millrace.relay.Failure;
import dev.millrace.relay.Provider;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.Reason;
import dev.millrace.relay.UpstreamEvent.Fault;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What a provider's error means: whose fault it is, and whether to ask again. The only such table. */
final class Refusals {
    private final ProviderModel model;
    private final Provider provider;

    Refusals(ProviderModel model) {
        this.model = model;
        this.provider = model.provider();
    }

    /** An error after a 200: by the status inside it, else by its words, else the provider has failed. */
    Failure inStream(Fault fault) {
        int status = fault.status() != 0 ? fault.status() : statusOf(fault);
        return of(status, fault, Optional.empty());
    }

    private static int statusOf(Fault fault) {
        String words = words(fault);
        if (words.contains("rate_limit") || words.contains("insufficient_quota")) {
            return 429;
        }
        if (words.contains("invalid_api_key") || words.contains("authentication")) {
            return 401;
        }
        return isContextTooLong(fault) || isFiltered(fault) || words.contains("invalid_request") ? 400 : 500;
    }

    Failure of(int status, Fault fault, Optional<Duration> retryAfter) {
        String detail = provider.key().removeFrom(detail(fault));
        Failure failure = named(status, fault, detail, retryAfter);
        // Providers quote what they were sent; the mark keeps that out of records.
        return (detail.isEmpty() ? failure : failure.with("quoted", true))
                .with("provider", provider.name())
                .with("host", provider.host())
                .with("status", status)
                .with("detail", detail);
    }

    private Failure named(int status, Fault fault, String detail, Optional<Duration> retryAfter) {
        String who = provider.name() + " (" + provider.host() + ")";
        String why = detail.isEmpty() ? "" : ": " + detail;
        if (status >= 400 && status < 500 && isFiltered(fault)) {
            return Failure.of(Reason.CONTENT_FILTERED, who + " refused the content" + why);
        }
        return switch (status) {
            case 401, 403 -> keyRefused(who, status, why);
            case 404, 405, 410, 501 -> absent(who, status, why);
            case 402 -> quota(who + " asks for payment (402)" + why, retryAfter);
            case 429 -> tooMany(who, fault, why, retryAfter);
            case 408, 409, 425 -> unavailable(who + " answered " + status + why, retryAfter);
            default ->
                status >= 400 && status < 500
                        ? rejected(who, status, fault, why)
                        : status >= 500
                                ? unavailable(who + " answered " + status + why, retryAfter)
                                        .asSick()
                                : Failure.of(
                                        Reason.PROVIDER_UNAVAILABLE, who + " answered " + status + strange(status));
        };
    }

    private static String strange(int status) {
        return status >= 300 && status < 400
                ? ": redirects are not followed; give the final address as base-url"
                : " (expected: 200)";
    }

    private Failure keyRefused(String who, int status, String why) {
        String hint = provider.key().isPresent()
                ? " refused the key with " + status
                        + ": check that it is valid, and whether the provider limits it to certain IP addresses"
                : " asks for a key (" + status + ") and none is set" + remedy();
        return Failure.of(Reason.PROVIDER_KEY_REFUSED, who + hint + (why.isEmpty() ? "" : " (it says" + why + ")"));
    }

    private String remedy() {
        String remedy = provider.key().remedy();
        return remedy.isEmpty() ? "" : ": " + remedy + " and start again";
    }

    /** Nothing that answers prompts is at this address, or not with this model: asking again would not change that. */
    private Failure absent(String who, int status, String why) {
        String check = ". Check base-url (" + provider.pathHint() + ") and whether the model " + model.wireName()
                + " is still there";
        return Failure.of(Reason.PROVIDER_UNAVAILABLE, who + " answered " + status + why + check)
                .with("model", model.wireName());
    }

    private static Failure tooMany(String who, Fault fault, String why, Optional<Duration> retryAfter) {
        Failure failure = quota(who + " allows no more requests now (429)" + why, retryAfter);
        return words(fault).contains("insufficient_quota") ? failure : failure.asRepeatable();
    }

    private static Failure quota(String message, Optional<Duration> retryAfter) {
        Failure failure = Failure.of(Reason.PROVIDER_QUOTA_EXHAUSTED, message).after(retryAfter);
        return retryAfter
                .map(wait -> failure.with("retry_after_millis", wait.toMillis()))
                .orElse(failure);
    }

    private static Failure unavailable(String message, Optional<Duration> retryAfter) {
        return Failure.of(Reason.PROVIDER_UNAVAILABLE, message)
                .after(retryAfter)
                .asRepeatable();
    }

    private Failure rejected(String who, int status, Fault fault, String why) {
        if (isContextTooLong(fault)) {
            Failure failure = Failure.of(
                    Reason.CONTEXT_TOO_LONG,
                    "the prompt does not fit the window of " + model.id() + " at " + who + why);
            return model.contextLength().isPresent()
                    ? failure.with("context_length", model.contextLength().getAsLong())
                    : failure;
        }
        return Failure.of(Reason.REQUEST_REJECTED, who + " refused the request with " + status + why);
    }

    private static boolean isContextTooLong(Fault fault) {
        String words = words(fault);
        return words.contains("context_length_exceeded")
                || words.contains("maximum context length")
                || words.contains("context window")
                || words.contains("prompt is too long");
    }

    private static boolean isFiltered(Fault fault) {
        String words = words(fault);
        return words.contains("content_filter")
                || words.contains("content_policy")
                || words.contains("content management policy")
                || words.contains("moderation")
                || words.contains("data_inspection_failed");
    }

    private static String words(Fault fault) {
        return (fault.code() + " " + fault.type() + " " + fault.message()).toLowerCase(Locale.ROOT);
    }

    private static String detail(Fault fault) {
        return fault.message().isEmpty() ? fault.code() : fault.message();
    }
}
