package dev.millrace.gateway;

/** Knows whom a key stands for; both doors ask it before anything else. */
public interface Callers {

    /** Whether calls need no key, because the doors listen on loopback only. */
    boolean open();

    /**
     * The caller that a key stands for; {@link Caller#LOCAL} for any key, or none, where the doors are open.
     *
     * @param key the text after "Bearer "; empty: none was sent
     * @throws TurnFault KEY_INVALID, or PEER_UNAVAILABLE where nobody can tell
     */
    Caller authenticate(String key);
}
