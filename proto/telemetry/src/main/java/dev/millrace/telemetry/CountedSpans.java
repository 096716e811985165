package dev.millrace.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends spans to one place, counts those that it did not take, and says once that it is away and once that it is back. */
final class CountedSpans implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(CountedSpans.class);

    private final String place;
    private final SpanExporter next;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicBoolean away = new AtomicBoolean();

    CountedSpans(String place, SpanExporter next) {
        this.place = place;
        this.next = next;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        CompletableResultCode sent = next.export(spans);
        return sent.whenComplete(() -> ended(sent.isSuccess(), count));
    }

    private void ended(boolean arrived, int count) {
        if (!arrived) {
            lost.addAndGet(count);
        }
        if (away.getAndSet(!arrived) == arrived) {
            tell(arrived);
        }
    }

    private void tell(boolean arrived) {
        if (arrived) {
            LOG.atInfo()
                    .addKeyValue("place", place)
                    .addKeyValue("lost", lost)
                    .log("spans are taken again; those in between are lost");
        } else {
            LOG.atWarn()
                    .addKeyValue("place", place)
                    .log("spans are not taken and will be lost; calls go on. See whether the collector is up");
        }
    }

    long lost() {
        return lost.get();
    }

    boolean isAway() {
        return away.get();
    }

    @Override
    public CompletableResultCode flush() {
        return next.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return next.shutdown();
    }
}
