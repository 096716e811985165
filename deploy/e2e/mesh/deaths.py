"""Services that die without a word while callers call."""

import concurrent.futures
import os
import pathlib
import signal
import subprocess
import time

from books import Books
from broken import require
from callers import CLOUD, CLOUD_STREAM, CLOUD_WAITING, LOCAL, LOCAL_STREAM, Load, Traffic, ask, describe
from fleet import is_alive
from wire import grpc_command, prompt, trailers

HELD_STREAMS = 8
ABORTED = 10
LOST_CALLS = 8
CURSOR_TYPE = b"millrace.gateway.v1.TurnFailure"


def kill_one_of_each(mesh):
    mesh.at_least("local-inference", 2)
    return "; ".join(killed(mesh, service) for service in ("classifier", "cloud-relay", "local-inference", "billing", "gateway"))


def killed(mesh, service):
    """Of the whole answers only those may fail whose prompt was already with the killed one; streams end, or tell their end."""
    mesh.wait_all_passing()
    books, pid = Books(mesh), mesh.pid(f"{service}-1")
    holds_streams = {"local-inference": LOCAL_STREAM, "cloud-relay": CLOUD_STREAM}.get(service)
    with Held(mesh, holds_streams) as held, Traffic(mesh.base) as traffic:
        time.sleep(2)
        before = time.time()
        os.kill(pid, signal.SIGKILL)
        # Until it is gone the kernel takes calls in its name.
        while is_alive(pid):
            time.sleep(0.01)
        after = time.time()
        time.sleep(4)
    failed = traffic.whole.failed()
    refused = [a for a in failed if a.status == 503 and a.model == CLOUD] if service == "billing" else []
    under_way = [a for a in failed if a.begin <= after and a.end >= before and a not in refused]
    other = [a for a in failed if a not in under_way and a not in refused]
    may_lose = service in ("gateway", "local-inference", "cloud-relay")
    require(not other and (may_lose or not under_way), f"{service}: {describe(traffic.whole)}")
    wordless = [a for a in failed if a.status == 503 and "message" not in a.problem]
    require(not wordless, f"{service}: {len(wordless)} refusals are no errors that a client can read: {describe(traffic.whole)}")
    silent = [a for a in traffic.streams.answers if a.cut_silently()]
    require(not silent, f"{service}: {len(silent)} streams were cut without a word")
    mute = [a for a in traffic.streams.failed() if not a.told and a.status == 200]
    require(service == "gateway" or not mute, f"{service}: {describe(traffic.streams)}")
    books.require_each_once(traffic.answers())
    notes = [f"{service}: {traffic.figure()}, {len(other)} failed"]
    notes += [f"{len(under_way)} under way on it"] if under_way else []
    notes += [f"{len(refused)} paid calls refused"] if refused else []
    notes += [f"{held.interrupted()} of {HELD_STREAMS} held gRPC streams ended with a cursor"] if holds_streams else []
    return ", ".join(notes)


class Held:
    """Streams over gRPC without end, whose own end is looked at: a status, and where the stream stopped."""

    def __init__(self, mesh, model):
        url = f"http://{mesh.grpc.removeprefix('tcp://')}/millrace.gateway.v1.GatewayService/StreamCompletion"
        self.commands = [grpc_command(url, prompt(model)) for _ in range(HELD_STREAMS)] if model else []
        self.ends = []

    def __enter__(self):
        self.callers = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for words, _ in self.commands]
        return self

    def __exit__(self, *_):
        for caller in self.callers:
            if caller.poll() is None:
                caller.kill()
            self.ends.append(trailers(caller.communicate()[0]))
        for _, file in self.commands:
            os.unlink(file)

    def interrupted(self):
        over = [end for end in self.ends if "grpc-status" in end]
        require(over, "none of the held streams was on the killed instance")
        bad = [end for end in over if end["grpc-status"] != str(ABORTED) or CURSOR_TYPE not in end["details"]]
        require(not bad, f"{len(bad)} of {len(over)} interrupted streams have no cursor: {bad[:1]}")
        return len(over)


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
