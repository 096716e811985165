package dev.millrace.relay.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a provider: one exchange at a time, and none to which nobody listens. All of its state is written by its event
 * loop, which so sees a request and what comes before, with and after its answer in one order.
 *
 * <pre>
 * at rest --request--> asking --last of the answer--> over --all that had come is read--> answered, at rest when written
 *    |                                                  |
 *    +---- anything that comes: it is nobody's ---------+----> closed
 * </pre>
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final int HEADERS_MAX = 100;

    private final Channel channel;
    private final AnswerDecoder decoder;
    private final long openedNanos = System.nanoTime();
    private volatile long idleSinceNanos = openedNanos;
    private volatile boolean rested;
    private volatile boolean reusable = true;
    /** Closed from here, so that the end of the connection is not the end of an answer, as it is where it has no length. */
    private volatile boolean isCut;

    private volatile boolean answered = true;
    /** Whether all of the last request has left. */
    private volatile boolean written = true;

    private @Nullable ArrivingAnswer answer;
    /** Something of the answer has come, were it only provisional. */
    private boolean heard;
    /** The head of the answer has come, and it was not only provisional. */
    private boolean inAnswer;
    /** The last of the answer has come. */
    private boolean over;

    /** @param decoder what reads this channel's answers */
    Connection(Channel channel, AnswerDecoder decoder) {
        this.channel = channel;
        this.decoder = decoder;
    }

    /** Closes the socket at once. A farewell as TLS has it would wait for a provider that takes nothing any more. */
    static void cut(Channel channel) {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        var _ = first == null ? channel.close() : first.close();
    }

    void cut() {
        isCut = true;
        cut(channel);
    }

    boolean isOn(EventLoop loop) {
        return channel.eventLoop().equals(loop);
    }

    void whenClosed(Runnable action) {
        channel.closeFuture().addListener(closed -> action.run());
    }

    /** Sends a request; its answer arrives in what is returned, or {@link Unsent} where it could not be sent. */
    ArrivingAnswer send(FullHttpRequest request) {
        ArrivingAnswer arriving = new ArrivingAnswer(channel);
        channel.eventLoop().execute(() -> begin(request, arriving));
        return arriving;
    }

    private void begin(FullHttpRequest request, ArrivingAnswer arriving) {
        if (!reusable || !channel.isActive()) {
            ReferenceCountUtil.release(request);
            arriving.fail(new Unsent("the connection was closed", new ClosedChannelException()));
            return;
        }
        answer = arriving;
        answered = false;
        written = false;
        heard = false;
        over = false;
        channel.writeAndFlush(request).addListener(writing -> {
            written = writing.isSuccess();
            if (!written) {
                arriving.fail(heard ? named(writing.cause()) : unsent(writing.cause()));
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            ArrivingAnswer arriving = answer;
            if (arriving == null || over || !(message instanceof HttpObject part)) {
                // More than was asked for: whatever it is, it is nobody's.
                reusable = false;
                cut();
            } else if (part.decoderResult().isFailure()) {
                heard = true;
                arriving.fail(new IOException(
                        "what came is not HTTP: " + part.decoderResult().cause().getMessage()));
                cut();
            } else {
                heard = true;
                take(arriving, part);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void take(ArrivingAnswer arriving, HttpObject part) {
        if (part instanceof HttpResponse head) {
            inAnswer = head.status().codeClass() != HttpStatusClass.INFORMATIONAL;
            if (!inAnswer) {
                return;
            }
            if (head.headers().size() > HEADERS_MAX) {
                arriving.fail(new IOException("more than " + HEADERS_MAX + " headers"));
                cut();
                return;
            }
            reusable &= HttpUtil.isKeepAlive(head);
            arriving.take(head);
        }
        if (part instanceof HttpContent content && inAnswer) {
            arriving.take(content.content());
            if (content instanceof LastHttpContent && !isCut) {
                inAnswer = false;
                over = true;
            }
        }
    }

    /** Only now is the end told: what came together with it was looked at, so that the next exchange does not get it. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        ArrivingAnswer arriving = answer;
        if ((arriving == null || over) && decoder.holdsMore()) {
            // Less than would be told as a part of an answer, and nobody's all the same.
            reusable = false;
            cut();
        }
        if (arriving != null) {
            if (over) {
                finish(arriving);
            }
            arriving.arrived();
        }
        context.fireChannelReadComplete();
    }

    private void finish(ArrivingAnswer arriving) {
        answer = null;
        answered = true;
        arriving.end();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        reusable = false;
        ArrivingAnswer arriving = answer;
        if (arriving != null) {
            if (over) {
                finish(arriving);
            }
            arriving.fail(new IOException("the connection was closed before the end of the answer"));
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        reusable = false;
        // First, so that a request that had not left whole is known as such.
        cut();
        ArrivingAnswer arriving = answer;
        if (arriving != null) {
            arriving.fail(named(cause));
        }
    }

    private static IOException named(Throwable cause) {
        return cause instanceof IOException known ? known : new IOException(cause.toString(), cause);
    }

    private static Unsent unsent(Throwable cause) {
        return new Unsent(String.valueOf(cause.getMessage()), cause);
    }

    /** Its answer was read to the end: whether the next exchange may use it. */
    boolean rest() {
        idleSinceNanos = System.nanoTime();
        rested = true;
        return reusable && answered && written && channel.isActive();
    }

    /** Whether an exchange has used it before, since when the provider may have closed it. */
    boolean hasRested() {
        return rested;
    }

    /** Whether it is there, and not too old and not idle for too long. */
    boolean isFit(long now, long idleNanosMax, long ageNanosMax) {
        return reusable && channel.isActive() && now - idleSinceNanos < idleNanosMax && now - openedNanos < ageNanosMax;
    }
}
