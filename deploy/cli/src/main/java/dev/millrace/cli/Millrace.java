package dev.millrace.cli;

import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command line: names the commands, turns failures into text and exit codes. */
@Command(
        name = "millrace",
        description = "Answers prompts where they are answered best: here, or in the cloud.",
        version = "millrace 0.1.0",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ChatCommand.class,
            RouteCommand.class,
            ClassifyCommand.class,
            UsageCommand.class,
            TurnCommand.class,
            ModelsCommand.class,
            PriceCommand.class,
            BudgetCommand.class,
            StatusCommand.class,
            DoctorCommand.class,
            DownCommand.class,
            HelpCommand.class
        })
public final class Millrace implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any call
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(run(arguments, List.of()));
    }

    /**
     * Runs one command line and returns its exit code.
     *
     * @param more commands that live where more is known than here: {@code up}, which starts the services
     */
    public static int run(String[] arguments, List<Object> more) {
        CommandLine line = new CommandLine(new Millrace());
        more.forEach(line::addSubcommand);
        return line.setExecutionExceptionHandler(Millrace::explain)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .execute(arguments);
    }

    private static int explain(Exception failure, CommandLine line, CommandLine.ParseResult parsed) {
        return switch (failure) {
            case CommandFault fault -> {
                line.getErr().println("error: " + fault.getMessage());
                yield fault.exitCode();
            }
            case StatusRuntimeException status -> {
                FaultText text = FaultText.of(status);
                line.getErr().println(text.lines());
                yield text.exitCode();
            }
            case ParameterException wrong -> {
                line.getErr().println("error: " + wrong.getMessage());
                yield ExitCodes.USAGE;
            }
            default -> {
                line.getErr().println("error: " + failure);
                yield ExitCodes.FAILED;
            }
        };
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCodes.USAGE;
    }
}
