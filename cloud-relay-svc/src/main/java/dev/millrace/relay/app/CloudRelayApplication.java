package dev.millrace.relay.app;

import dev.millrace.runtime.ServiceProcess;

/** Runs cloud-relay-svc as a process of its own. */
public final class CloudRelayApplication {
    private CloudRelayApplication() {}

    public static void main(String[] arguments) {
        ServiceProcess.run(new CloudRelayService(), arguments);
    }
}
