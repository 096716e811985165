package dev.millrace.rpc;

import io.netty.channel.AbstractEventLoopGroup;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a process, one a processor. What reads a token from one socket and what writes it to another share them, so
 * that both are often one thread, which then hands nothing over. Nothing that runs on one may block. They last as long as the
 * process: whoever asks them to end is told that they have, and they go on for the others.
 */
public final class EventLoops extends AbstractEventLoopGroup {
    private static final EventLoops SHARED = new EventLoops();

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(
                    Runtime.getRuntime().availableProcessors(),
                    new DefaultThreadFactory("loop", true),
                    isEpoll() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()) {
                @Override
                protected IoEventLoop newChild(Executor executor, IoHandlerFactory io, Object... arguments) {
                    if (!LoopThreads.areThere()) {
                        return super.newChild(executor, io, arguments);
                    }
                    CarryingLoop loop = new CarryingLoop(this, io);
                    executor.execute(loop::work);
                    return loop;
                }
            };

    private EventLoops() {}

    public static EventLoopGroup shared() {
        return SHARED;
    }

    /**
     * Whether the loops wait by Linux's epoll without the JDK between, which costs less. Where its library cannot be loaded (no
     * Linux, a temporary folder from which nothing may run) they wait as the JDK does, and all else is the same.
     */
    public static boolean isEpoll() {
        return Epoll.isAvailable();
    }

    /** The kind of connection that these loops serve; they serve no other. */
    public static Class<? extends SocketChannel> socketChannel() {
        return isEpoll() ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    @Override
    public EventLoop next() {
        return loops.next();
    }

    @Override
    public Iterator<EventExecutor> iterator() {
        return loops.iterator();
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return loops.register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        return loops.register(promise);
    }

    @Override
    @Deprecated // by the interface
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        return loops.register(channel, promise);
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return terminationFuture();
    }

    @Override
    public Future<?> terminationFuture() {
        return ImmediateEventExecutor.INSTANCE.newSucceededFuture(null);
    }

    @Override
    @Deprecated // by the interface
    public void shutdown() {
        // Others use them.
    }

    @Override
    public boolean isShuttingDown() {
        return false;
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
