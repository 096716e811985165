package dev.millrace.local.servers;

import dev.millrace.local.EngineFault;
import dev.millrace.local.EngineFault.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.ConnectTimeoutException;

/**
 * Puts the failures of engines in plain words, each with its fix.
 *
 * @param name the kind of engine
 * @param startHint how the operator starts it
 * @param modelHint how the operator gives it a model
 */
public record ServerFaults(String name, String startHint, String modelHint) {
    private static final int DETAIL_CHARACTERS_MAX = 300;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    /** As in "maximum context length is 4096 tokens" and "available context size (512 tokens)". */
    private static final Pattern WINDOW = Pattern.compile("context (?:length|size)[^0-9]{1,20}([0-9]{1,9})");
    /** As in "your request has 5000 input tokens", "(4900 in the messages, …" and "request (2004 tokens) exceeds". */
    private static final Pattern PROMPT =
            Pattern.compile("([0-9]{1,9}) (?:input tokens|in the messages)|request \\(([0-9]{1,9}) tokens");

    private static final Pattern OUT_OF_MEMORY =
            Pattern.compile("out of memory|more system memory|cuda.*memory|unable to allocate|insufficient memory");
    private static final Pattern TOO_LONG = Pattern.compile(
            "context_length_exceeded|exceed_context_size|context length|context size|input length exceeds");

    /** No connection, or one that broke. */
    public EngineFault ofConnection(ServerSpec spec, IOException failure) {
        boolean nothingSent = failure instanceof ConnectException
                || failure instanceof ConnectTimeoutException
                || failure instanceof UnknownHostException
                || failure instanceof NoRouteToHostException;
        String cause = failure instanceof ConnectException && !(failure instanceof ConnectTimeoutException)
                ? "connection refused"
                : failure.getClass().getSimpleName();
        if (nothingSent) {
            return new EngineFault(
                            Kind.UNREACHABLE,
                            name + " at " + spec.base() + " does not answer (" + cause + "): " + startHint)
                    .with("address", spec.base())
                    .with("cause", cause);
        }
        return failed(spec, "the connection broke: " + failure.getMessage());
    }

    /** A status other than 200. */
    public EngineFault ofStatus(ServerSpec spec, int status, String body) {
        EngineFault fault = named(spec, status, body);
        // Engines quote what they were sent; the mark keeps that out of records.
        return body.isEmpty() ? fault : fault.with("quoted", true);
    }

    /** An error inside of a stream, in the engine's own words. */
    public EngineFault ofStream(ServerSpec spec, String words) {
        return failed(spec, words).with("quoted", true);
    }

    private EngineFault named(ServerSpec spec, int status, String body) {
        Json error = error(body);
        String detail =
                cut(error.get("message").isPresent() ? error.get("message").text() : error.text());
        String words =
                (error.get("code").text() + " " + error.get("type").text() + " " + detail).toLowerCase(Locale.ROOT);
        if (TOO_LONG.matcher(words).find()) {
            return tooLong(error, detail);
        }
        if (words.contains("content_filter")) {
            return new EngineFault(Kind.FILTERED, name + " refused the content");
        }
        if (OUT_OF_MEMORY.matcher(words).find()) {
            return new EngineFault(
                            Kind.MEMORY_INSUFFICIENT,
                            name + " at " + spec.base()
                                    + " has no memory for the model: unload another or choose a smaller one (" + detail
                                    + ")")
                    .with("detail", detail);
        }
        return switch (status) {
            case 400, 413, 422 -> rejected(status, detail);
            case 404 ->
                words.contains("model")
                        ? new EngineFault(Kind.MODEL_NOT_HERE, name + " does not have the model: " + modelHint)
                        : rejected(status, detail);
            case 429, 503 ->
                new EngineFault(Kind.BUSY, name + " at " + spec.base() + " is busy or still loading (" + detail + ")")
                        .with("status", status);
            case 401, 403 ->
                failed(spec, "it refused the key (" + status + "): set the engine's key-file in the configuration");
            default -> failed(spec, "status " + status + (detail.isEmpty() ? "" : ", " + detail));
        };
    }

    /** An answer that nobody understands. */
    public EngineFault failed(ServerSpec spec, String detail) {
        return new EngineFault(Kind.FAILED, name + " at " + spec.base() + " failed: " + cut(detail))
                .with("detail", cut(detail))
                .with("address", spec.base());
    }

    private EngineFault rejected(int status, String detail) {
        return new EngineFault(Kind.REJECTED, name + " refused the request (" + status + "): " + detail)
                .with("status", status)
                .with("detail", detail);
    }

    /** The numbers stand in fields of their own, or somewhere in the text: beside their words, else the window first. */
    private static EngineFault tooLong(Json error, String detail) {
        Matcher numbers = NUMBER.matcher(detail);
        String first = numbers.find() ? numbers.group() : "unknown";
        String second = numbers.find() ? numbers.group() : "unknown";
        return new EngineFault(Kind.CONTEXT_TOO_LONG, "the prompt does not fit the model's window (" + detail + ")")
                .with("context_length", number(error.get("n_ctx"), WINDOW, detail, first))
                .with("input_tokens", number(error.get("n_prompt_tokens"), PROMPT, detail, second));
    }

    private static String number(Json field, Pattern words, String detail, String otherwise) {
        if (field.isPresent()) {
            return field.write();
        }
        Matcher found = words.matcher(detail);
        if (!found.find()) {
            return otherwise;
        }
        return found.group(1) != null || found.groupCount() < 2 ? found.group(1) : found.group(2);
    }

    private static Json error(String body) {
        try {
            Json error = error(Json.parse(body));
            return error.isPresent() ? error : new Json("");
        } catch (IOException noJson) {
            return new Json("");
        }
    }

    /** What an answer or an event says of a failure: under one name, or, at older vLLMs, all over the object itself. */
    public static Json error(Json answer) {
        return answer.get("object").text().equals("error") ? answer : answer.get("error");
    }

    private static String cut(String text) {
        return text.length() <= DETAIL_CHARACTERS_MAX ? text : text.substring(0, DETAIL_CHARACTERS_MAX) + "…";
    }
}
