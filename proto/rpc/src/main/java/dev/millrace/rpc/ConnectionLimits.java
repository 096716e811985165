package dev.millrace.rpc;

import io.grpc.netty.NettyServerBuilder;
import java.time.Duration;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

/**
 * How long a connection may be held by a caller from outside. Both ends are announced: a call that comes in between runs on
 * the next connection, which libraries open by themselves.
 *
 * @param idleMax without any call; so long may headers be missing as well, because only whole ones make a call; at least 1 s
 * @param ageMax altogether, a tenth more or less, so that not all leave at once; at least 1 s
 * @param ageGrace how much longer the calls may take that then run on it; beyond that they are cut
 */
public record ConnectionLimits(Duration idleMax, Duration ageMax, Duration ageGrace) {

    NettyServerBuilder fit(NettyServerBuilder transport) {
        return transport
                .maxConnectionIdle(idleMax.toNanos(), NANOSECONDS)
                .maxConnectionAge(ageMax.toNanos(), NANOSECONDS)
                .maxConnectionAgeGrace(ageGrace.toNanos(), NANOSECONDS);
    }
}
