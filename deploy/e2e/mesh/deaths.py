"""Services that die without a word while callers call."""

import concurrent.futures
import os
import pathlib
import signal
import time

from books import Books
from broken import require
from callers import CLOUD, CLOUD_STREAM, CLOUD_WAITING, LOCAL, LOCAL_STREAM, Load, Traffic, ask, describe
from fleet import is_alive
from hands import excused, lost_calls
from held import Held
from unary import REPEATED, Unary

LOST_CALLS = 8
# What holds streams that a service's death can touch: those with a node, or with a relay.
HELD = {"local-inference": LOCAL_STREAM, "gateway": LOCAL_STREAM, "classifier": LOCAL_STREAM}


def kill_one_of_each(mesh):
    mesh.at_least("local-inference", 2)
    return "; ".join(killed(mesh, service) for service in ("classifier", "cloud-relay", "local-inference", "billing", "gateway"))


def killed(mesh, service):
    """Only that may fail which was in the killed one's hands and which nobody may repeat; streams go on, or tell their end."""
    mesh.wait_all_passing()
    instance = f"{service}-1"
    books, pid = Books(mesh), mesh.pid(instance)
    with Held(mesh, HELD.get(service, CLOUD_STREAM)) as held, Traffic(mesh.base) as traffic, Unary(mesh) as unary:
        time.sleep(2)
        struck = time.time()
        os.kill(pid, signal.SIGKILL)
        # Until it is gone the kernel takes calls in its name.
        while is_alive(pid):
            time.sleep(0.01)
        time.sleep(4)
    failed = traffic.failed() + unary.failed()
    calls, cut = require_excused(service, traffic, unary, lost_calls(mesh, instance, struck) if failed else {})
    unary.require_words(struck)
    books.require_each_once(traffic.answers() + unary.turns())
    spared = f" but for {calls} calls and {cut} streams in its hands" if calls or cut else ""
    return f"{service}: {traffic.figure()}, {unary.figure()}, 0 failed{spared}, {how_held_ones_ended(service, held)}"


def require_excused(service, traffic, unary, lost):
    """How many failed before their answer had begun, and how many streams after it; that each of them may."""
    failed, may_fail = traffic.failed() + unary.failed(), excused(service, lost)
    other = [a for a in failed if a.name not in may_fail or a.model in REPEATED]
    require(not other, f"{service}: {len(other)} failed that were not in its hands or may be repeated ({described(other, lost)}): "
                       f"{describe(traffic.whole, traffic.streams, unary)}")
    wordless = [a for a in failed if a.status == 503 and "message" not in a.problem]
    require(not wordless, f"{service}: {len(wordless)} refusals are no errors that a client can read: {describe(traffic.whole)}")
    cut = [a for a in traffic.streams.failed() if a.status == 200]
    unclear = [a for a in cut if not told_its_end(service, a)]
    require(not unclear, f"{service}: {len(unclear)} of {len(cut)} streams that had begun ended otherwise than they should "
                         f"({described(unclear, lost)})")
    return len(failed) - len(cut), len(cut)


def told_its_end(service, answer):
    """A gateway that is dead can say nothing more: its callers see a broken connection, which they cannot take for an end. All
    others have their cursor, the turn and its last event, of which there is at least one for each word."""
    if service == "gateway":
        return answer.broken
    return answer.told and answer.reason == "STREAM_INTERRUPTED" and bool(answer.turn) and answer.sequence >= max(1, answer.words)


def how_held_ones_ended(service, held):
    if service in ("cloud-relay", "local-inference"):
        return held.interrupted()
    return held.broke_off() if service == "gateway" else held.none_ended()


def described(answers, lost):
    """Each kind of them, with what the killed one's sidecar knows of it."""
    known = {True: "its answer had begun", False: "its answer had not begun", None: "it was not with the killed one"}
    return "; ".join(sorted({f"{a.model} {a.status} {a.reason or a.problem[:80]} after {a.words} words: {known[lost.get(a.name)]}"
                             for a in answers}))


def lost_prompts_are_paid_once(mesh):
    """What a relay had sent before it died would be paid twice if another one sent it again."""
    mesh.wait_all_passing()
    asked = requests_of(CLOUD_WAITING)
    relays = {name: int(one["pids"].split()[0]) for name, one in mesh.ps().items() if name.startswith("cloud-relay-")}
    with concurrent.futures.ThreadPoolExecutor(LOST_CALLS) as pool:
        calls = [pool.submit(ask, mesh.base, CLOUD_WAITING, True) for _ in range(LOST_CALLS)]
        end = time.monotonic() + 10
        while requests_of(CLOUD_WAITING) < asked + LOST_CALLS:
            require(time.monotonic() < end, f"the cloud was asked {requests_of(CLOUD_WAITING) - asked} times for {LOST_CALLS} prompts")
            time.sleep(0.01)
        busiest = max(relays, key=lambda name: mesh.stat(name, "cluster.own.upstream_rq_active"))
        os.kill(relays[busiest], signal.SIGKILL)
        answers = [call.result() for call in calls]
    lost, times = [a for a in answers if not a.good()], requests_of(CLOUD_WAITING) - asked
    require(times == LOST_CALLS, f"the cloud was asked {times} times for {LOST_CALLS} prompts, {len(lost)} of them lost")
    require(lost, f"no prompt was with {busiest} when it died, so nothing was shown")
    other = [a.problem for a in lost if "was lost while it worked" not in a.problem]
    require(not other, f"{len(other)} of {len(lost)} lost prompts ended in other words: {other[:1]}")
    return f"{LOST_CALLS} prompts, {len(lost)} of them lost with it and told so, the cloud was asked {times} times"


def requests_of(model):
    """How often the cloud was asked for a model. What a caller sent stands in its lines as well, with other quotes."""
    lines = pathlib.Path(os.environ["CLOUD_LOG"]).read_text().splitlines()
    return sum('"event":"asked"' in line and f'"model":"{model}"' in line for line in lines)


def no_classifier_is_left(mesh):
    """One dies, then all: what is asked of a local model by its name is answered all the same."""
    mesh.wait_all_passing()
    figures = []
    for how, names in (("one", ["classifier-1"]), ("all", ["classifier-1", "classifier-2"])):
        mesh.wait_all_passing()
        with Load(mesh.base, [LOCAL, CLOUD]) as load:
            time.sleep(1)
            for pid in [mesh.pid(name) for name in names]:
                os.kill(pid, signal.SIGKILL)
            time.sleep(4)
        local = [a for a in load.failed() if a.model == LOCAL]
        require(not local, f"{how}: {len(local)} local answers failed: {describe(load)}")
        refused = [a for a in load.failed() if a.status == 503]
        require(len(refused) == len(load.failed()) and (how == "all" or not refused), f"{how}: {describe(load)}")
        figures.append(f"{how}: {len(load.answers)} calls, 0 local failed, {len(refused)} for the cloud refused")
    return "; ".join(figures)
