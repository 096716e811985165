package dev.millrace.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes connections on to an engine byte by byte, and notes when those that carried a completion are closed by their caller. */
final class WatchedLine implements AutoCloseable {
    private final ServerSocket listening;
    private final int enginePort;
    private final List<Long> ends = new CopyOnWriteArrayList<>();

    private WatchedLine(ServerSocket listening, int enginePort) {
        this.listening = listening;
        this.enginePort = enginePort;
    }

    static WatchedLine open(int port, int enginePort) throws IOException {
        WatchedLine line = new WatchedLine(new ServerSocket(port, 64, InetAddress.getLoopbackAddress()), enginePort);
        Thread.ofPlatform().daemon().start(line::accept);
        return line;
    }

    /** When callers closed connections that had carried a completion, by {@link System#nanoTime}, the earliest first. */
    List<Long> ends() {
        return List.copyOf(ends);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket caller = listening.accept();
                Thread.ofPlatform().daemon().start(() -> connect(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket caller) {
        try (caller;
                Socket engine = new Socket(InetAddress.getLoopbackAddress(), enginePort)) {
            caller.setTcpNoDelay(true);
            engine.setTcpNoDelay(true);
            Thread answers = Thread.ofPlatform().daemon().start(() -> {
                pump(engine, caller);
                closeQuietly(caller);
            });
            boolean completion = pump(caller, engine);
            if (completion && !engine.isClosed()) {
                ends.add(System.nanoTime());
            }
            closeQuietly(engine);
            answers.join();
        } catch (IOException engineGone) {
            // The caller sees its connection closed.
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Passes on until the end; whether a completion was asked for. */
    private static boolean pump(Socket from, Socket to) {
        boolean completion = false;
        byte[] buffer = new byte[1 << 14];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                completion |= new String(buffer, 0, count, StandardCharsets.ISO_8859_1).contains("/chat/completions");
                out.write(buffer, 0, count);
            }
        } catch (IOException cut) {
            return completion;
        }
        return completion;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
