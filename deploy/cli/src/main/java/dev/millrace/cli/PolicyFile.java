package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Writes cut-offs into the operator's configuration file and leaves every other line as it is. */
final class PolicyFile {

    private final Path file;

    PolicyFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    Path path() {
        return file;
    }

    /** Puts the cut-offs into the file, which is made where there is none. */
    void write(Cutoffs cutoffs) {
        try {
            String before = Files.exists(file) ? Files.readString(file) : "";
            Files.createDirectories(file.getParent());
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, with(before, cutoffs));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new CommandFault(ExitCodes.FAILED, file + " cannot be written: " + failure.getMessage());
        }
    }

    /** The text of a configuration with the cut-offs in it. */
    static String with(String yaml, Cutoffs cutoffs) {
        List<String> lines = new ArrayList<>(
                yaml.isEmpty() ? List.of() : List.of(yaml.stripTrailing().split("\n", -1)));
        set(lines, List.of("gateway", "policy", "version"), cutoffs.version());
        set(lines, List.of("gateway", "policy", "cutoffs", "moderate"), String.valueOf(cutoffs.moderate()));
        set(lines, List.of("gateway", "policy", "cutoffs", "complex"), String.valueOf(cutoffs.complex()));
        set(lines, List.of("gateway", "policy", "cutoffs", "premium"), String.valueOf(cutoffs.premium()));
        return String.join("\n", lines) + "\n";
    }

    private static void set(List<String> lines, List<String> path, String value) {
        int from = 0;
        int to = lines.size();
        int indent = 0;
        for (int depth = 0; depth < path.size(); depth++) {
            boolean last = depth == path.size() - 1;
            int line = lineOf(lines, from, to, indent, path.get(depth));
            if (line < 0) {
                // A new key goes right below its parent; a whole new block at the end.
                line = depth == 0 ? to : from;
                lines.add(line, " ".repeat(indent) + path.get(depth) + ":");
                to++;
            }
            if (last) {
                lines.set(line, " ".repeat(indent) + path.get(depth) + ": " + value);
                return;
            }
            requireBlock(lines.get(line), path.get(depth));
            from = line + 1;
            to = blockEnd(lines, from, indent);
            indent = childIndent(lines, from, to, indent);
        }
    }

    private static int lineOf(List<String> lines, int from, int to, int indent, String key) {
        for (int i = from; i < to; i++) {
            String line = lines.get(i);
            if (indentOf(line) == indent && line.startsWith(key + ":", indent)) {
                return i;
            }
            if (indentOf(line) == indent && line.startsWith(key + ".", indent)) {
                throw unreadable(line);
            }
        }
        return -1;
    }

    private static void requireBlock(String line, String key) {
        String rest = line.strip().substring(key.length() + 1).strip();
        if (!rest.isEmpty() && !rest.startsWith("#")) {
            throw unreadable(line);
        }
    }

    private static int blockEnd(List<String> lines, int from, int indent) {
        int end = from;
        while (end < lines.size() && (isEmpty(lines.get(end)) || indentOf(lines.get(end)) > indent)) {
            end++;
        }
        return end;
    }

    private static int childIndent(List<String> lines, int from, int to, int parent) {
        for (int i = from; i < to; i++) {
            if (!isEmpty(lines.get(i))) {
                return indentOf(lines.get(i));
            }
        }
        return parent + 2;
    }

    private static boolean isEmpty(String line) {
        return line.isBlank() || line.strip().startsWith("#");
    }

    private static int indentOf(String line) {
        return line.length() - line.stripLeading().length();
    }

    private static CommandFault unreadable(String line) {
        return new CommandFault(
                ExitCodes.FAILED,
                "the configuration is written in a form that is not edited here (\"" + line.strip()
                        + "\"): set gateway.policy.version and gateway.policy.cutoffs by hand");
    }
}
