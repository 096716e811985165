package dev.millrace.gateway;

import java.util.Set;

/**
 * Who asks, as the authenticated key says; never as the request says.
 *
 * @param tenant who pays; every ledger row, cache entry and cursor is keyed by it
 * @param keyId the visible part of the key; empty where no key is needed
 * @param permissions what the caller may do
 */
public record Caller(String tenant, String keyId, Set<Permission> permissions) {

    /** The tenant of an installation that is open on loopback and needs no key. */
    public static final Caller LOCAL = new Caller("local", "", Set.of(Permission.values()));

    public Caller {
        permissions = Set.copyOf(permissions);
    }

    /** What a caller may do. */
    public enum Permission {
        /** Ask for completions and embeddings. */
        INFER,
        /** Read usage; change prices, budgets, keys and models. */
        ADMIN
    }
}
