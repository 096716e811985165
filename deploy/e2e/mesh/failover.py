"""Every local node dies while calls wait for their first word; a model of the cloud stands in."""

import concurrent.futures
import os
import signal
import time

from broken import Broken, require
from callers import CLOUD, REFUSING, WAITING, ask
from fleet import seconds_of

NODES, AT_ONCE, ROUNDS = 3, 20, 5
P99_MILLIS_MAX = 200
# Sidecars write down a call about a second after its end.
WRITTEN_AFTER = 2.5


def failover_to_the_cloud(mesh):
    """The figure: from the end of the local attempt, as the gateway's sidecar wrote it down, to the caller's first word.

    Told beside it: what callers of the cloud's model wait at that time, because a busy machine makes both slow.
    """
    mesh.at_least("local-inference", NODES)
    # The way to the stand-in is walked before it is measured: a young process is slow.
    for _ in range(4):
        in_flight(mesh, REFUSING)
    figures = []
    for way, model, strike, heal in (
            ("kill -9", WAITING, [signal.SIGKILL], []),
            ("SIGSTOP", WAITING, [signal.SIGSTOP], [signal.SIGCONT]),
            ("refused at once", REFUSING, [], [])):
        moved, named = [], []
        for _ in range(ROUNDS):
            mesh.wait_all_passing()
            named += [1000 * (a.first - a.begin) for a in in_flight(mesh, CLOUD) if a.good()]
            moved += one_round(mesh, way, model, strike, heal)
        took = from_detection(mesh, moved)
        p99, usual = percentile(took, 99), percentile(named, 99)
        figure = f"{way}: {len(took)} calls, 0 failed, p50 {percentile(took, 50):.0f} ms, p99 {p99:.0f} ms from detection"
        require(p99 <= P99_MILLIS_MAX, f"{figure} (expected: at most {P99_MILLIS_MAX}; the cloud by its name {usual:.0f})")
        figures.append(f"{figure} (the cloud by its name {usual:.0f})")
    return "; ".join(figures)


def one_round(mesh, way, model, strike, heal):
    nodes = [int(one["pids"].split()[0]) for name, one in mesh.ps().items() if name.startswith("local-inference-")]
    answers = in_flight(mesh, model, lambda: to_all(nodes, strike))
    to_all(nodes, heal)
    failed = [a for a in answers if not a.good()]
    if failed:
        raise Broken(f"{way}: {len(failed)} of {AT_ONCE} failed: {failed[0].status} {failed[0].problem[:200]}")
    return answers


def in_flight(mesh, model, strike=lambda: None):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        calls = [pool.submit(ask, mesh.base, model, True) for _ in range(AT_ONCE)]
        # The gateway waits a second for a first word before it looks elsewhere.
        time.sleep(0.5)
        strike()
        return [call.result() for call in calls]


def to_all(pids, signs):
    for pid in pids:
        for sign in signs:
            os.kill(pid, sign)


def from_detection(mesh, answers):
    """Milliseconds of each call; the record of its local attempt is found by the name of its turn."""
    time.sleep(WRITTEN_AFTER)
    ended = {}
    for gateway in (name for name in mesh.ps() if name.startswith("gateway-")):
        for call in mesh.calls(gateway):
            if call["peer"] == "local-inference" and call["path"].endswith("StreamCompletion"):
                ended[call["turn"]] = ended[call["request_id"]] = seconds_of(call["start"]) + call["millis"] / 1000
    missing = [a for a in answers if a.name not in ended]
    require(not missing, f"{len(missing)} of {len(answers)} calls have no record of a local attempt")
    return [1000 * (a.first - ended[a.name]) for a in answers]


def percentile(values, percent):
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]
