package dev.millrace.rpc;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between an address and the transport that it accepts connections for, and closes those beyond a number. */
@Sharable
final class CountedConnections extends ChannelInboundHandlerAdapter {
    /** Like the transport's, which it keeps for listeners of its own: as many, for all servers, and for good. */
    private static final EventLoopGroup LOOPS = new MultiThreadIoEventLoopGroup(
            0,
            new DefaultThreadFactory("grpc-door", true),
            EventLoops.isEpoll() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

    private final int max;
    private final AtomicInteger open = new AtomicInteger();

    CountedConnections(int max) {
        this.max = max;
    }

    NettyServerBuilder fit(NettyServerBuilder transport) {
        return transport
                .channelFactory(this::listener)
                .bossEventLoopGroup(LOOPS)
                .workerEventLoopGroup(LOOPS);
    }

    private ServerChannel listener() {
        ServerChannel listener = EventLoops.isEpoll() ? new EpollServerSocketChannel() : new NioServerSocketChannel();
        listener.pipeline().addFirst(this);
        return listener;
    }

    @Override
    public void channelRead(ChannelHandlerContext listener, Object accepted) {
        Channel connection = (Channel) accepted;
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            connection.unsafe().closeForcibly();
            return;
        }
        connection.closeFuture().addListener(closed -> open.decrementAndGet());
        listener.fireChannelRead(connection);
    }
}
