package dev.millrace.gateway.telemetry;

import dev.millrace.gateway.Backend;
import dev.millrace.gateway.Backend.Frame;
import dev.millrace.schema.completion.v1.Delta;
import dev.millrace.telemetry.Step;
import io.opentelemetry.api.metrics.MeterProvider;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class WatchedStreamTest {
    private static final Duration WAIT = Duration.ofSeconds(1);

    private final List<String> takenOnTheWay = new ArrayList<>();

    @Test
    void everyPieceButTheFirstMayBeTakenOnItsWay() throws InterruptedException {
        try (WatchedStream stream = watched("one", "two", "three")) {
            Frame first = stream.next(WAIT, this::take);
            Frame last = stream.next(WAIT, this::take);

            assertThat(first).isEqualTo(piece("one"));
            assertThat(takenOnTheWay).containsExactly("two", "three");
            assertThat(last).isInstanceOf(Backend.Silence.class);
        }
    }

    private boolean take(Delta delta) {
        return takenOnTheWay.add(delta.getText());
    }

    private static WatchedStream watched(String... texts) {
        return new WatchedStream(
                new Pieces(texts),
                Step.NONE,
                new AttemptMeter.Called("chat", "cloud", "model", "cloud"),
                new AttemptMeter(MeterProvider.noop().get("test")));
    }

    private static Backend.Piece piece(String text) {
        return new Backend.Piece(Delta.newBuilder().setText(text).build());
    }

    /** Gives the pieces that are not taken, and is silent after them. */
    private static final class Pieces implements Backend.Stream {
        private final Queue<Backend.Piece> pieces = new ArrayDeque<>();

        Pieces(String... texts) {
            for (String text : texts) {
                pieces.add(piece(text));
            }
        }

        @Override
        public Frame next(Duration wait) {
            return next(wait, piece -> false);
        }

        @Override
        public Frame next(Duration wait, Predicate<Delta> taker) {
            for (Backend.Piece piece = pieces.poll(); piece != null; piece = pieces.poll()) {
                if (!taker.test(piece.delta())) {
                    return piece;
                }
            }
            return new Backend.Silence();
        }

        @Override
        public void close() {
            pieces.clear();
        }
    }
}
