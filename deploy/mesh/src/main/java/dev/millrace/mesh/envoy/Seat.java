package dev.millrace.mesh.envoy;

/**
 * Where a sidecar, or the outer door, stands.
 *
 * @param id its name in its own files and records
 * @param listen the address at which others reach it; its own service always reaches it on loopback
 */
public record Seat(String id, String listen) {

    static Seat onLoopback(String id) {
        return new Seat(id, "127.0.0.1");
    }
}
