package dev.millrace.rpc;

import io.grpc.netty.NettyServerBuilder;
import java.time.Duration;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

/**
 * How many connections callers from outside may hold, and for how long. Idleness and age are announced: a call that
 * comes in between runs on the next connection, which libraries open by themselves.
 *
 * @param openMax at once, at each address; those beyond are closed as they come
 * @param beginMax how long the bytes that begin HTTP/2 may take
 * @param idleMax without any call; so long may headers be missing as well, because only whole ones make a call; at least 1 s
 * @param ageMax altogether, a tenth more or less, so that not all leave at once; at least 1 s
 * @param ageGrace how much longer the calls may take that then run on it; beyond that they are cut
 */
public record ConnectionLimits(int openMax, Duration beginMax, Duration idleMax, Duration ageMax, Duration ageGrace) {

    NettyServerBuilder fit(NettyServerBuilder transport) {
        return new CountedConnections(openMax)
                .fit(transport)
                .handshakeTimeout(beginMax.toNanos(), NANOSECONDS)
                .maxConnectionIdle(idleMax.toNanos(), NANOSECONDS)
                .maxConnectionAge(ageMax.toNanos(), NANOSECONDS)
                .maxConnectionAgeGrace(ageGrace.toNanos(), NANOSECONDS);
    }
}
