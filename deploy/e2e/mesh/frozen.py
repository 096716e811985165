"""Programs that are there and do nothing: for one that is halted the kernel still takes connections."""

import os
import signal
import time

from broken import require

# Each with the process of it that is halted: an instance's first is the service, its second the sidecar.
HALTED = (("consul", 0), ("consul-template", 0), ("postgresql", 0), ("collector", 0), ("edge", 0), ("billing-2", 0), ("billing-2", 1))
GOOD = ("running", "passing")
# Consul asks a service once a second; of the others the first `ps` must tell.
TOLD_WITHIN, PS_SECONDS_MAX = 5, 5


def ps_tells_who_hangs(mesh):
    """One after the other is halted, and `ps` names it and nobody else, without waiting for it."""
    told = []
    for name, part in HALTED:
        mesh.wait_all_passing()
        pid, begin = mesh.pid(name, part), time.monotonic()
        os.kill(pid, signal.SIGSTOP)
        try:
            states, seconds = asked(mesh)
            while name == "billing-2" and part == 0 and states[name] in GOOD and time.monotonic() < begin + TOLD_WITHIN:
                states, seconds = asked(mesh)
        finally:
            os.kill(pid, signal.SIGCONT)
        require(states[name] not in GOOD, f"{name}, halted, is told as {states[name]!r}")
        others = {other: state for other, state in states.items() if other != name and state not in GOOD}
        if name == "consul":
            # Of the instances it alone knows.
            others = {other: state for other, state in others.items() if state != "unknown"}
        require(not others, f"{name} was halted, and of others ps tells: {others}")
        require(seconds <= PS_SECONDS_MAX, f"ps took {seconds:.1f} s while {name} was halted")
        told.append((seconds, f"{name} {states[name]!r}"))
    mesh.wait_all_passing()
    return f"{'; '.join(words for _, words in told)}; ps took {max(told)[0]:.1f} s at most"


def asked(mesh):
    begin = time.monotonic()
    return {name: one["health"] for name, one in mesh.ps().items()}, time.monotonic() - begin
