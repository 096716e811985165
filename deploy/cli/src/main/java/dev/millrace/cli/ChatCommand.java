package dev.millrace.cli;

import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.gateway.v1.CreateCompletionRequest;
import dev.millrace.schema.gateway.v1.GatewayServiceGrpc;
import dev.millrace.schema.gateway.v1.StreamCompletionRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks one prompt and streams the answer, or holds a conversation where no prompt is given. */
@Command(
        name = "chat",
        description = "Asks a prompt and streams the answer; without one, a conversation.",
        mixinStandardHelpOptions = true)
final class ChatCommand implements Callable<Integer> {

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private PromptOptions prompt = new PromptOptions();

    @Mixin
    private Output output = new Output();

    @Option(
            names = {"-q", "--quiet"},
            description = "only the answer, without the line below it")
    private boolean quiet;

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "the prompt; - reads it from stdin")
    private List<String> words = List.of();

    @Override
    public Integer call() {
        String text = PromptText.of(words);
        boolean atTerminal = PromptText.atTerminal();
        return connection.call(gateway -> {
            Channel channel = ClientInterceptors.intercept(gateway, new TracedCalls());
            if (text.isEmpty() && words.isEmpty() && atTerminal) {
                return new Conversation(channel, prompt).hold();
            }
            StreamCompletionRequest request = prompt.request(List.of(PromptOptions.message(Role.ROLE_USER, text)));
            return output.json() ? whole(channel, request) : streamed(channel, request, atTerminal);
        });
    }

    private static int whole(Channel channel, StreamCompletionRequest request) {
        System.out.println(Output.json(GatewayServiceGrpc.newBlockingStub(channel)
                .createCompletion(CreateCompletionRequest.newBuilder()
                        .setCompletion(request)
                        .build())));
        return ExitCodes.OK;
    }

    private int streamed(Channel channel, StreamCompletionRequest request, boolean atTerminal) {
        Answer answer = new Answer(System.out, System.err, atTerminal);
        try (Context.CancellableContext context = Context.current().withCancellation()) {
            answer.read(channel, request, context);
        } catch (StatusRuntimeException failure) {
            answer.endLine();
            throw failure;
        }
        answer.endLine();
        if (!quiet) {
            answer.line().ifPresent(System.out::println);
        }
        return ExitCodes.OK;
    }
}
