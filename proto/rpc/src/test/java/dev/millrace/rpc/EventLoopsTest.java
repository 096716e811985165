package dev.millrace.rpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

class EventLoopsTest {

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = {"amd64", "aarch64"})
    void onLinuxTheyWaitByEpollItself() {
        assertThat(EventLoops.isEpoll()).isTrue();
    }

    @Test
    void theyServeTheirKindOfConnection() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Channel connection = new Bootstrap()
                    .group(EventLoops.shared())
                    .channel(EventLoops.socketChannel())
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(server.getLocalSocketAddress())
                    .sync()
                    .channel();
            assertThat(connection.isActive()).isTrue();
            connection.close().sync();
        }
    }

    @Test
    void whoeverEndsThemEndsThemForNobody() throws Exception {
        EventLoops.shared().shutdownGracefully().sync();
        assertThat(EventLoops.shared().next().submit(() -> 7).get(10, TimeUnit.SECONDS))
                .isEqualTo(7);
    }
}
