package dev.millrace.rpc;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;

/** What a process fits to its channels and servers so that calls can be traced and measured; most of the time nothing. */
public interface Instruments {
    Instruments NONE = new Instruments() {
        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public void fit(ManagedChannelBuilder<?> channel) {
            // Calls cost nothing extra.
        }

        @Override
        public void fit(ServerBuilder<?> server, boolean isPublic) {
            // Calls cost nothing extra.
        }
    };

    /** False: to fit changes nothing. */
    boolean isOn();

    /** Fits a channel before it is built. */
    void fit(ManagedChannelBuilder<?> channel);

    /** Fits a server before it is built; a public one takes callers from outside, whose calls begin something new. */
    void fit(ServerBuilder<?> server, boolean isPublic);
}
