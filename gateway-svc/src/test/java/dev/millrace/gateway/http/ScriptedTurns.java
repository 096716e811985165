package dev.millrace.gateway.http;

import dev.millrace.gateway.Completions;
import dev.millrace.gateway.Reason;
import dev.millrace.gateway.TurnEvent;
import dev.millrace.gateway.TurnFault;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnSink;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Completions that run the script of the test at hand. */
@Singleton
@Primary
@Requires(property = "gateway.door-test")
final class ScriptedTurns implements Completions {
    final BlockingQueue<TurnRequest> requests = new LinkedBlockingQueue<>();
    final BlockingQueue<TurnFault> ends = new LinkedBlockingQueue<>();
    private volatile Script script = (request, sink) -> {};

    void play(Script next) {
        requests.clear();
        ends.clear();
        script = next;
    }

    /** A script that hands over these events. */
    void play(List<TurnEvent> events) {
        play((request, sink) -> {
            for (TurnEvent event : events) {
                sink.take(event);
            }
        });
    }

    @Override
    public void run(TurnRequest request, TurnSink sink) {
        requests.add(request);
        try {
            script.run(request, new Numbered(sink));
        } catch (TurnSink.CallerGone gone) {
            Reason reason = gone.stalled() ? Reason.READER_STALLED : Reason.CALLER_CANCELLED;
            TurnFault fault = new TurnFault(reason, String.valueOf(gone.getMessage()), Map.of());
            ends.add(fault);
            throw fault;
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public Explanation explain(TurnRequest request) {
        throw new UnsupportedOperationException("no test asks");
    }

    /** What a turn does. */
    @FunctionalInterface
    interface Script {
        void run(TurnRequest request, Numbered sink) throws TurnSink.CallerGone, InterruptedException;
    }

    /** A sink that numbers its events. */
    static final class Numbered {
        private final TurnSink sink;
        private long sequence;

        Numbered(TurnSink sink) {
            this.sink = sink;
        }

        void take(TurnEvent event) throws TurnSink.CallerGone {
            sink.accept(++sequence, 1, event);
        }
    }
}
