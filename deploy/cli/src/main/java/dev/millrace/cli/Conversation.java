package dev.millrace.cli;

import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.gateway.v1.ExplainRouteRequest;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** A conversation at a terminal: keeps the history, knows a few words that begin with a slash, stops an answer at Ctrl-C. */
final class Conversation {
    private static final String HELP = """
              /model NAME  /local  /cloud  /auto   which model answers
              /route TEXT                          where a prompt would go, and why
              /cost                                what this conversation has cost
              /new                                 forget what was said
              Ctrl-C stops an answer, Ctrl-D leaves""";
    private final Channel channel;
    private final PromptOptions prompt;
    private final List<Message> history = new ArrayList<>();
    private long chargedNanoUsd;
    private long savedNanoUsd;

    Conversation(Channel channel, PromptOptions prompt) {
        this.channel = channel;
        this.prompt = prompt;
    }

    /** Reads prompts until Ctrl-D, and returns the exit code. */
    int hold() {
        // Without JNI: its library would be unpacked to the shared folder for temporary files, once a conversation.
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).jni(false).build()) {
            LineReader lines = LineReaderBuilder.builder().terminal(terminal).build();
            PrintStream out = new PrintStream(terminal.output(), true, StandardCharsets.UTF_8);
            out.println("Ask something. /help lists what else can be typed, Ctrl-D leaves.");
            while (true) {
                String line;
                try {
                    line = lines.readLine("> ").strip();
                } catch (UserInterruptException discarded) {
                    continue;
                } catch (EndOfFileException left) {
                    return ExitCodes.OK;
                }
                if (line.startsWith("/")) {
                    command(line, out);
                } else if (!line.isEmpty()) {
                    ask(line, terminal, out);
                }
            }
        } catch (IOException failure) {
            throw new CommandFault(ExitCodes.FAILED, "the terminal cannot be used: " + failure.getMessage());
        }
    }

    private void ask(String text, Terminal terminal, PrintStream out) {
        history.add(PromptOptions.message(Role.ROLE_USER, text));
        Answer answer = new Answer(out, out, true);
        Context.CancellableContext context = Context.current().withCancellation();
        Terminal.SignalHandler before =
                terminal.handle(Terminal.Signal.INT, signal -> context.cancel(Status.CANCELLED.asRuntimeException()));
        try (context) {
            answer.read(channel, prompt.request(history), context);
            answer.endLine();
            answer.line().ifPresent(out::println);
        } catch (StatusRuntimeException failure) {
            answer.endLine();
            out.println(
                    failure.getStatus().getCode() == Status.Code.CANCELLED
                            ? "── stopped"
                            : FaultText.of(failure).lines());
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
        }
        remember(answer);
    }

    private void remember(Answer answer) {
        if (answer.text().isEmpty()) {
            history.removeLast();
        } else {
            history.add(PromptOptions.message(Role.ROLE_ASSISTANT, answer.text()));
        }
        answer.completed().ifPresent(end -> {
            chargedNanoUsd += end.getCost().getChargedNanoUsd();
            savedNanoUsd += end.getCost().getSavedNanoUsd();
        });
    }

    private void command(String line, PrintStream out) {
        String[] words = line.split(" +", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "/model" -> use(rest.isEmpty() ? prompt.model() : rest, out);
            case "/local" -> use("local", out);
            case "/cloud" -> use("cloud", out);
            case "/auto" -> use("auto", out);
            case "/route" -> explain(rest, out);
            case "/cost" ->
                out.println("charged " + Units.usd(chargedNanoUsd) + " USD, saved " + Units.usd(savedNanoUsd) + " USD");
            case "/new" -> {
                history.clear();
                out.println("forgotten");
            }
            default -> out.println(HELP);
        }
    }

    private void use(String model, PrintStream out) {
        prompt.model(model);
        out.println("model: " + model);
    }

    private void explain(String text, PrintStream out) {
        if (text.isEmpty()) {
            out.println("/route TEXT: the prompt is missing");
            return;
        }
        try {
            out.println(RouteText.of(GatewayServiceGrpc.newBlockingStub(channel)
                    .explainRoute(ExplainRouteRequest.newBuilder()
                            .setCompletion(prompt.request(List.of(PromptOptions.message(Role.ROLE_USER, text))))
                            .build())));
        } catch (StatusRuntimeException failure) {
            out.println(FaultText.of(failure).lines());
        }
    }
}
