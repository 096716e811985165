package dev.millrace.standalone;

import dev.millrace.mesh.command.MeshUp;
import dev.millrace.runtime.Home;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Starts the same command once more in a process that outlives this one, and returns when it is healthy. */
final class Detached {
    private static final long LOOK_AGAIN_MILLIS = 50;

    private Detached() {}

    /**
     * Returns 0 once all is healthy, or the exit code of a process that ended instead; its words are shown meanwhile.
     *
     * @param end says how to end the process, in place of what only a terminal can do
     */
    static int start(Home home, String end) throws InterruptedException {
        Path words = home.logs().resolve("up.log");
        try {
            Process process = new ProcessBuilder(sameCommand())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(words.toFile())
                    .start();
            try (RandomAccessFile reader = new RandomAccessFile(words.toFile(), "r")) {
                while (process.isAlive() && !isHealthy(home, process)) {
                    show(reader, end);
                    Thread.sleep(LOOK_AGAIN_MILLIS);
                }
                // The last lines follow the run file within moments.
                Thread.sleep(LOOK_AGAIN_MILLIS);
                show(reader, end);
            }
            return process.isAlive() ? 0 : process.exitValue();
        } catch (IOException failure) {
            throw new IllegalStateException("the process cannot be started: " + failure.getMessage(), failure);
        }
    }

    private static boolean isHealthy(Home home, Process process) {
        return home.run().filter(run -> run.pid() == process.pid()).isPresent();
    }

    /** This process's own command line without the word that brought it here, in a session of its own where there is setsid. */
    private static List<String> sameCommand() {
        ProcessHandle.Info self = ProcessHandle.current().info();
        List<String> command = new ArrayList<>();
        if (Path.of("/usr/bin/setsid").toFile().canExecute()) {
            command.add("/usr/bin/setsid");
        }
        command.add(self.command().orElseThrow());
        Arrays.stream(self.arguments().orElseThrow())
                .filter(word -> !word.equals("--detach") && !word.equals("-d"))
                .forEach(command::add);
        return command;
    }

    /** Shows the lines that have been written since; one that is not whole yet waits for the next time. */
    private static void show(RandomAccessFile words, String end) throws IOException {
        byte[] bytes = new byte[(int) (words.length() - words.getFilePointer())];
        words.readFully(bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int whole = text.lastIndexOf('\n') + 1;
        words.seek(words.getFilePointer() - (bytes.length - whole));
        new String(bytes, 0, whole, StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> (line.startsWith("error: ") ? System.err : System.out)
                        .println(line.equals(MeshUp.END) ? end : line));
        System.out.flush();
    }
}
