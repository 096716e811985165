"""Every local node dies, with calls that wait for their first word or just before they come; a model of the cloud stands in."""

import concurrent.futures
import os
import signal
import time

from broken import Broken, require
from callers import CLOUD, WAITING, Load, ask
from fleet import seconds_of

NODES, RUNS, P99_MILLIS_MAX = 3, 100, 200
# So many move at the same instant, five for each of two cores.
AT_ONCE = 10
# Calls that no blow holds back come one by one, as callers' do: so many before Consul tells that no node is left.
APART, APART_SECONDS = 20, 0.02
# What dies often is started again after longer and longer pauses, so that the rounds of a way take minutes.
WAY_SECONDS_MAX = 400
# A process that has just started is slow, and those promises before this one leave young ones behind.
WARM_SECONDS, WARM_CALLERS = 40, 8
# Sidecars write down a call about a second after its end.
WRITTEN_AFTER = 2.5


def failover_to_the_cloud(mesh):
    """The figure: from the end of the local attempt, as the gateway's sidecar wrote it down, to the caller's first word.

    Told beside it: how long after the blow that end came, and what callers of the cloud's model by its name wait for their
    first word in the same minutes, because a busy machine makes both slow.
    """
    mesh.at_least("local-inference", NODES)
    with Load(mesh.base, [CLOUD], callers=WARM_CALLERS, streamed=True):
        time.sleep(WARM_SECONDS)
    return "; ".join((
        one_way(mesh, "kill -9", 0.5, [signal.SIGKILL], []),
        one_way(mesh, "SIGSTOP", 0.5, [signal.SIGSTOP], [signal.SIGCONT]),
        # Their sidecars live on and answer with an error alone, which is all that its caller sees of a dead service.
        one_way(mesh, "dead a moment before, refused by their sidecars", 0, [signal.SIGKILL], [])))


def one_way(mesh, way, wait, strike, heal):
    took, noticed, named = [], [], []
    end, calls = time.monotonic() + WAY_SECONDS_MAX, 0
    while len(took) < RUNS:
        require(time.monotonic() < end, f"{way}: only {len(took)} of {calls} calls moved in {WAY_SECONDS_MAX} s (expected: {RUNS})")
        mesh.wait_all_passing(90)
        named += [1000 * (a.first - a.begin) for a in in_flight(mesh, CLOUD) if a.good()]
        nodes = [int(one["pids"].split()[0]) for name, one in mesh.ps().items() if name.startswith("local-inference-")]
        struck = []
        answers = in_flight(mesh, WAITING, wait, lambda: struck.append(time.time()) or to_all(nodes, strike))
        to_all(nodes, heal)
        failed = [a for a in answers if not a.good()]
        if failed:
            raise Broken(f"{way}: {len(failed)} of {len(answers)} failed: {failed[0].status} {failed[0].problem[:200]}")
        ended = ends_of_local_attempts(mesh)
        # A gateway that knew already that no node is left went to the cloud at once: nothing failed over.
        moved = [a for a in answers if a.name in ended]
        took += [1000 * (a.first - ended[a.name]) for a in moved]
        noticed += [1000 * (ended[a.name] - struck[0]) for a in moved]
        calls += len(answers)
    p99 = percentile(took, 99)
    figure = (f"{way}: {len(took)} of {calls} calls moved, 0 failed, p50 {percentile(took, 50):.0f} ms, p99 {p99:.0f} ms from detection, "
              f"which came {percentile(noticed, 50):.0f} ms after the blow (the cloud by its name: p50 {percentile(named, 50):.0f} ms, "
              f"p99 {percentile(named, 99):.0f} ms)")
    require(p99 <= P99_MILLIS_MAX, f"{figure} (expected: at most {P99_MILLIS_MAX})")
    return figure


def in_flight(mesh, model, wait=0.0, strike=None):
    """Calls at once and a blow so many seconds later, which all of them feel at once; or a blow first, and then the calls."""
    calls = []
    with concurrent.futures.ThreadPoolExecutor(APART) as pool:
        if strike and not wait:
            strike()
        for _ in range(AT_ONCE if wait else APART):
            calls.append(pool.submit(ask, mesh.base, model, True))
            time.sleep(0 if wait else APART_SECONDS)
        if wait:
            # The gateway waits a second for a first word before it looks elsewhere.
            time.sleep(wait)
            strike()
        return [call.result() for call in calls]


def to_all(pids, signs):
    for pid in pids:
        for sign in signs:
            os.kill(pid, sign)


def ends_of_local_attempts(mesh):
    """By the name of the turn, and by the name that its caller gave."""
    time.sleep(WRITTEN_AFTER)
    ended = {}
    for gateway in (name for name in mesh.ps() if name.startswith("gateway-")):
        for call in mesh.calls(gateway):
            if call["peer"] == "local-inference" and call["path"].endswith("StreamCompletion"):
                ended[call["turn"]] = ended[call["request_id"]] = seconds_of(call["start"]) + call["millis"] / 1000
    return ended


def percentile(values, percent):
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]
