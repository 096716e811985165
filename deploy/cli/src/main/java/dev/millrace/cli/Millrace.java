package dev.millrace.cli;

import io.grpc.StatusRuntimeException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The root of the command line: names the commands, turns failures into text and exit codes. */
@Command(
        name = "millrace",
        description = "Answers prompts where they are answered best: here, or in the cloud.",
        version = "millrace 0.1.0",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class Millrace implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any call
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(run(arguments, List.of(), (home, config) -> List.of()));
    }

    /**
     * Runs one command line and returns its exit code.
     *
     * @param starting commands that live where more is known than here: {@code up}, which starts the services
     * @param check what {@code doctor} reads the configuration with
     */
    public static int run(String[] arguments, List<Object> starting, ConfigCheck check) {
        return run(arguments, starting, check, HomeMesh.NONE);
    }

    /**
     * The same.
     *
     * @param mesh what commands know of a mesh by, and {@code down} ends what was left of one with
     */
    public static int run(String[] arguments, List<Object> starting, ConfigCheck check, HomeMesh mesh) {
        CommandLine line = new CommandLine(new Millrace());
        starting.forEach(line::addSubcommand);
        List.of(
                        new ChatCommand(),
                        new RouteCommand(),
                        new ClassifyCommand(),
                        new UsageCommand(),
                        new TurnCommand(),
                        new ModelsCommand(),
                        new PriceCommand(),
                        new BudgetCommand(),
                        new PolicyCommand(),
                        new StatusCommand(),
                        new DoctorCommand(check),
                        new DownCommand(mesh),
                        new HelpCommand())
                .forEach(line::addSubcommand);
        introduce(line, mesh);
        return line.registerConverter(Integer.class, word -> number(word, Integer::valueOf, "a whole number"))
                .registerConverter(Long.class, word -> number(word, Long::valueOf, "a whole number"))
                .registerConverter(Double.class, word -> number(word, Double::valueOf, "a number"))
                .setExecutionStrategy(Millrace::execute)
                .setExecutionExceptionHandler(Millrace::explain)
                .setParameterExceptionHandler(Millrace::correct)
                .setUsageHelpAutoWidth(true)
                .execute(arguments);
    }

    private static <T> T number(String word, Function<String, T> reader, String expected) {
        try {
            return reader.apply(word);
        } catch (NumberFormatException none) {
            throw new TypeConversionException(word + " (expected: " + expected + ")");
        }
    }

    /** Runs the last command of the line; what was said of one before it would not count, and nobody would see that. */
    private static int execute(ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        for (ParseResult level = parsed; level.hasSubcommand(); level = level.subcommand()) {
            refuseOptions(level, level.subcommand());
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static void refuseOptions(ParseResult before, ParseResult command) {
        before.matchedOptions().stream().findFirst().ifPresent(option -> {
            CommandSpec spec = command.commandSpec();
            throw new ParameterException(
                    spec.commandLine(),
                    option.names()[0] + ": before " + spec.name() + ", where it does not count (expected: "
                            + spec.qualifiedName() + " " + option.names()[0] + " …)");
        });
    }

    /** Every command that speaks to an instance, and those below it. */
    private static void introduce(CommandLine line, HomeMesh mesh) {
        line.getMixins().values().stream()
                .filter(Connection.class::isInstance)
                .map(Connection.class::cast)
                .forEach(connection -> connection.know(mesh));
        line.getSubcommands().values().forEach(command -> introduce(command, mesh));
    }

    /** A mistyped line needs a sentence and where to read on, not the whole help. */
    private static int correct(ParameterException wrong, String[] arguments) {
        CommandLine line = wrong.getCommandLine();
        PrintWriter err = line.getErr();
        err.println("error: " + wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("  next: " + Typed.help(line.getCommandSpec().qualifiedName()));
        return ExitCodes.USAGE;
    }

    private static int explain(Exception failure, CommandLine line, ParseResult parsed) {
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
            case ParameterException wrong -> correct(wrong, new String[0]);
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
