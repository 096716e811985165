package dev.millrace.relay.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/** Reads answers, and knows whether it holds the beginning of another one, of which nothing has been told yet. */
final class AnswerDecoder extends HttpResponseDecoder {
    private boolean begun;

    AnswerDecoder(HttpDecoderConfig config) {
        super(config);
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        begun = true;
        return super.createMessage(initialLine);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        super.decode(context, in, out);
        if (!out.isEmpty() && out.getLast() instanceof LastHttpContent) {
            begun = false;
        }
    }

    /** Between two answers: whether bytes have come that belong to none. Asked on the connection's event loop. */
    boolean holdsMore() {
        return begun || actualReadableBytes() > 0;
    }
}
