"""Every local node dies, with calls that wait for their first word or just before they come; a model of the cloud stands in.

The model asked for would have answered a second after the blow, long before its callers' patience ends: what moves, moves because
of the blow. A node that is killed is noticed by its broken connection. One that stands still says nothing, and is noticed as
every silence is: by the first-token limit, which is here what the callers allow, counted from the attempt's beginning.
"""

import concurrent.futures
import json
import os
import signal
import time
import urllib.request

from broken import Broken, require
from callers import CLOUD, PATIENCE_SECONDS, PATIENT, WAITING, WAITING_SECONDS, Load, ask
from fleet import seconds_of
from hands import WRITTEN_AFTER

NODES, RUNS, P99_MILLIS_MAX = 3, 100, 200
# So many move at the same instant, five for each of two cores.
AT_ONCE = 10
# Calls that no blow holds back come one by one, as callers' do: so many before Consul tells that no node is left.
APART, APART_SECONDS = 20, 0.02
# What dies often is started again after longer and longer pauses, so that the rounds of a way take minutes.
WAY_SECONDS_MAX = 400
# A process that has just started is slow, and those promises before this one leave young ones behind.
WARM_SECONDS, WARM_CALLERS = 40, 8
BLOW_AFTER = 0.5
# By how much a timer of a busy machine may be late.
LATE_SECONDS_MAX = 0.5
# A gateway asks every 5 s, twice where nobody answers within 2 s; what missed three such rounds is away.
# So many of its words in a row come from both.
TOLD_SECONDS_MAX, TOLD_IN_A_ROW = 45, 10


def failover_to_the_cloud(mesh):
    """The figure: from the end of the local attempt, as the gateway's sidecar wrote it down, to the caller's first word.

    Told beside it: how long after the blow that end came, which has a bound of its own, and what callers of the cloud's model by
    its name wait for their first word in the same minutes, because a busy machine makes both slow.
    """
    mesh.at_least("local-inference", NODES)
    with Load(mesh.base, [CLOUD], callers=WARM_CALLERS, streamed=True):
        time.sleep(WARM_SECONDS)
    ways = [
        lambda: one_way(mesh, "kill -9", BLOW_AFTER, [signal.SIGKILL], [], WAITING_SECONDS),
        lambda: one_way(mesh, "SIGSTOP", BLOW_AFTER, [signal.SIGSTOP], [signal.SIGCONT], PATIENCE_SECONDS + LATE_SECONDS_MAX),
        # Their sidecars live on and answer with an error alone, which is all that its caller sees of a dead service.
        lambda: one_way(mesh, "dead a moment before, refused by their sidecars", 0, [signal.SIGKILL], [], WAITING_SECONDS),
        lambda: (frozen_ones_are_told(mesh), ""),
    ]
    figures, complaints = [unharmed(mesh)], []
    # Each is played in any case: what one of them costs tells of the others.
    for way in ways:
        try:
            figure, complaint = way()
            figures.append(figure)
        except Broken as failure:
            complaint = str(failure)
        complaints += [complaint] if complaint else []
    require(not complaints, f"{' and '.join(complaints)}: {'; '.join(figures)}")
    return "; ".join(figures)


def unharmed(mesh):
    """The same calls without a blow: none of them moves."""
    mesh.wait_all_passing(90)
    answers = in_flight(mesh, WAITING)
    _, moved = attempts(mesh)
    failed = [a for a in answers if not a.good()]
    gone = [a for a in answers if a.name in moved]
    require(not failed and not gone, f"without a blow {len(failed)} of {len(answers)} failed and {len(gone)} moved")
    return f"without a blow: 0 of {len(answers)} calls moved"


def one_way(mesh, way, wait, strike, heal, attempt_seconds_max):
    """The figure, and what of it took too long; empty: nothing."""
    took, lasted, noticed, named = [], [], [], []
    end, calls = time.monotonic() + WAY_SECONDS_MAX, 0
    while len(took) < RUNS:
        require(time.monotonic() < end, f"{way}: only {len(took)} of {calls} calls moved in {WAY_SECONDS_MAX} s (expected: {RUNS})")
        mesh.wait_all_passing(90)
        named += [1000 * (a.first - a.begin) for a in in_flight(mesh, CLOUD) if a.good()]
        nodes, struck = nodes_of(mesh), []
        answers = in_flight(mesh, WAITING, wait, lambda: (struck.append(time.time()), to_all(nodes, strike)))
        to_all(nodes, heal)
        failed = [a for a in answers if not a.good()]
        if failed:
            raise Broken(f"{way}: {len(failed)} of {len(answers)} failed: {failed[0].status} {failed[0].problem[:200]}")
        local, cloud = attempts(mesh)
        stayed = [a for a in answers if a.name not in cloud]
        require(not stayed, f"{way}: {len(stayed)} of {len(answers)} were answered by a node that should be dead")
        # A gateway that knew already that no node is left went to the cloud at once: nothing failed over.
        moved = [(a, local[a.name]) for a in answers if a.name in local]
        took += [1000 * (a.first - end_of(attempt)) for a, attempt in moved]
        lasted += [attempt["millis"] for _, attempt in moved]
        noticed += [1000 * (end_of(attempt) - struck[0]) for _, attempt in moved]
        calls += len(answers)
    p99 = percentile(took, 99)
    figure = (f"{way}: {len(took)} of {calls} calls moved, 0 failed, p50 {percentile(took, 50):.0f} ms, p99 {p99:.0f} ms from detection, "
              f"which came p50 {percentile(noticed, 50):.0f} ms after the blow and p99 {percentile(lasted, 99):.0f} ms after the attempt's "
              f"beginning ({1000 * attempt_seconds_max:.0f} allowed; the cloud by its name: p50 {percentile(named, 50):.0f} ms, "
              f"p99 {percentile(named, 99):.0f} ms)")
    if percentile(lasted, 99) > 1000 * attempt_seconds_max:
        return figure, f"{way} is noticed too late"
    return figure, f"{way} takes more than {P99_MILLIS_MAX} ms" if p99 > P99_MILLIS_MAX else ""


def frozen_ones_are_told(mesh):
    """That no node answers is told by both gateways, whose lists are the nodes' last ones, and that one does again as well."""
    mesh.wait_all_passing(90)
    nodes = nodes_of(mesh)
    to_all(nodes, [signal.SIGSTOP])
    try:
        seconds, told = until_local_is(mesh, "away")
        models = mesh.millrace("models")
    finally:
        to_all(nodes, [signal.SIGCONT])
    require(told["status"] == "degraded" and told["models_usable"] > 0, f"/health of frozen nodes: {told}")
    require("local-inference does not answer, last seen" in models, f"models of frozen nodes:\n{models}")
    back, told = until_local_is(mesh, "ok")
    require(told["status"] == "ok", f"/health of nodes that go on: {told}")
    return f"frozen nodes told as away after {seconds:.0f} s, as usable {back:.0f} s after they went on"


def until_local_is(mesh, status):
    begin, same = time.monotonic(), 0
    while same < TOLD_IN_A_ROW:
        with urllib.request.urlopen(f"{mesh.base}/health", timeout=10) as answer:
            told = json.load(answer)
        require(time.monotonic() < begin + TOLD_SECONDS_MAX, f"local is not {status} after {TOLD_SECONDS_MAX} s: {told}")
        backends = {one["backend"]: one["status"] for one in told["backends"]}
        same = same + 1 if backends["local"] == status else 0
        time.sleep(0.1)
    return time.monotonic() - begin, told


def nodes_of(mesh):
    return [int(one["pids"].split()[0]) for name, one in mesh.ps().items() if name.startswith("local-inference-")]


def in_flight(mesh, model, wait=0.0, strike=None):
    """Calls at once and a blow so many seconds later, which all of them feel at once; or a blow first, and then the calls."""
    calls = []
    with concurrent.futures.ThreadPoolExecutor(APART) as pool:
        if strike and not wait:
            strike()
        for _ in range(AT_ONCE if wait else APART):
            calls.append(pool.submit(ask, mesh.base, model, True, more=PATIENT))
            time.sleep(0 if wait else APART_SECONDS)
        if wait:
            time.sleep(wait)
            strike()
        return [call.result() for call in calls]


def to_all(pids, signs):
    for pid in pids:
        for sign in signs:
            os.kill(pid, sign)


def attempts(mesh):
    """Those at the nodes and those at the cloud, each by the name that its caller gave."""
    time.sleep(WRITTEN_AFTER)
    made = {"local-inference": {}, "cloud-relay": {}}
    for gateway in (name for name in mesh.ps() if name.startswith("gateway-")):
        for call in mesh.calls(gateway):
            if call["peer"] in made and call["path"].endswith("StreamCompletion"):
                made[call["peer"]][call["request_id"]] = call
    return made["local-inference"], made["cloud-relay"]


def end_of(call):
    return seconds_of(call["start"]) + call["millis"] / 1000


def percentile(values, percent):
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]
