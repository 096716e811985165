"""A mesh to which nothing happens, or which grows: it is healthy in time, answers at both doors, finds the right node."""

import collections
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

from broken import require
from callers import CLOUD, CLOUD_STREAM, LOCAL, LOCAL_STREAM, Load, ask, describe
from fleet import connects, resident, seconds_of
from hands import WRITTEN_AFTER
from wire import INFERENCE, SAID, completion, grpc, grpc_command

SERVICES = {"billing", "classifier", "cloud-relay", "gateway", "local-inference"}
# What would have been an ejection counts as detected, also where too few nodes were left for it.
MOVED = "upstream_rq_retry"
EJECTED = tuple(f"outlier_detection.ejections_{kind}"
                for kind in ("detected_consecutive_5xx", "detected_consecutive_gateway_failure", "enforced_total"))
SERVICE_MB_MAX, SETTLED_SECONDS = 160, 8
# The model in each node.
STARTER, PROMPTS, WORDS_MAX = "millrace-starter", 50, 40
EARLY_WORDS, EARLY_SECONDS_MIN = 20, 1.4
GATEWAYS = ("gateway-1", "gateway-2")
# Of a terminal.
WIDTH_MAX = 80


def healthy_in_time(mesh):
    said = [line for line in (mesh.home / "logs" / "up.log").read_text().splitlines() if line.startswith("all healthy")]
    seconds = float(said[-1].split()[3])
    require(seconds <= 25, f"{seconds} s (expected: at most 25)")
    return f"{seconds} s"


def ps_is_a_table(mesh):
    """As an operator reads it: a line for each process that was started, with age, processes, ports and health."""
    mesh.wait_all_passing()
    states, rows = mesh.ps(), mesh.millrace("ps").splitlines()
    require(rows[0].split() == ["INSTANCE", "AGE", "PID", "SIDECAR", "PORT", "IN", "OUT", "HTTP", "HEALTH"], rows[0])
    told = {row.split()[0]: row for row in rows[1:]}
    require(list(told) == list(states) and len(rows) == len(states) + 1, f"{list(told)} (expected: {list(states)})")
    for name, row in told.items():
        state = states[name]
        instance = "service " in state["ports"]
        require(not instance or re.match(r"service [0-9]+, sidecar in [0-9]+ out [0-9]+", state["ports"]), state["ports"])
        ports = " ".join(re.findall(r"[0-9]+", state["ports"])) if instance else state["ports"].replace(",", "")
        restarts = f", restarted {state['restarts']} times?" if state["restarts"] else ""
        form = rf"{name} +[0-9]+ (s|min|h)  {state['pids']} +{ports} +{state['health']}{restarts}"
        require(re.fullmatch(form, row), f"{row} (expected: {form})")
    wide = max(len(row) for row in rows if "restarted" not in row)
    require(wide <= WIDTH_MAX, f"{wide} columns (expected: at most {WIDTH_MAX})")
    return f"{len(told)} lines of at most {wide} columns, each with age, processes, ports and health"


def memory_is_modest(mesh):
    """With traces, a database and a model in each node, as they are by default; a node also after prompts to that model."""
    time.sleep(SETTLED_SECONDS)
    taken, sidecars = largest(mesh)
    # A classifier of the mesh loads its second tier before it takes calls: what it is without that is told by one beside the mesh.
    embedding = taken["classifier"]
    taken["classifier"] = alone(mesh, "classifier", "--classifier.embedding.enabled=false")
    for _ in range(PROMPTS):
        answer = ask(mesh.base, STARTER, words=WORDS_MAX)
        require(answer.good() and answer.text, f"{STARTER}: {answer.status} {answer.problem}")
    time.sleep(SETTLED_SECONDS)
    used = largest(mesh)[0]["local-inference"]
    figure = (", ".join(f"{service} {megabytes:.0f}" for service, megabytes in sorted(taken.items()))
              + f" MB; local-inference {used:.0f} MB after {PROMPTS} prompts to its model, the classifier {embedding:.0f} MB with "
              f"its second tier, a sidecar {sidecars:.0f} MB")
    require(set(taken) == SERVICES and max(used, *taken.values()) <= SERVICE_MB_MAX, f"{figure} (expected: at most {SERVICE_MB_MAX})")
    return figure


def largest(mesh):
    """Megabytes of the largest instance of each service, and of the largest sidecar."""
    taken, sidecars = {}, []
    for name, megabytes in mesh.memory().items():
        instance, part = name.split()
        service = instance.rpartition("-")[0]
        if part == "1":
            sidecars.append(megabytes)
        elif service in SERVICES:
            taken[service] = max(megabytes, taken.get(service, 0))
    return taken, max(sidecars)


def alone(mesh, service, *flags):
    """Megabytes of a process with the same command line but for these flags: on a port and in a home of its own."""
    words = pathlib.Path(f"/proc/{mesh.pid(service + '-1')}/cmdline").read_text().rstrip("\0").split("\0")
    port = mesh.port_base + 1190
    with tempfile.TemporaryDirectory() as home:
        words[words.index("--home") + 1] = home
        words = [word for word in words if not word.startswith(f"--{service}.grpc.listen=")]
        words += [f"--{service}.grpc.listen=tcp://127.0.0.1:{port}", *flags]
        env = {**os.environ, "MALLOC_ARENA_MAX": "2", "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{mesh.port('collector', 'otlp')}"}
        process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL)
        try:
            end = time.monotonic() + 30
            while not connects(port):
                require(time.monotonic() < end, f"{service} alone does not start with {flags}")
                time.sleep(0.1)
            time.sleep(SETTLED_SECONDS)
            return resident(process.pid)
        finally:
            process.kill()
            process.wait()


def both_doors_answer(mesh):
    for model in (LOCAL, CLOUD):
        answer = ask(mesh.base, model)
        require(answer.good(), f"{model}: {answer.status} {answer.problem}")
        stream = ask(mesh.base, model, streamed=True)
        require(stream.good() and stream.words >= 8, f"{model} streamed: {stream.status} {stream.problem}")
    early = [first_word_comes_early(mesh, model) for model in (LOCAL_STREAM, CLOUD_STREAM)]
    told = mesh.millrace("chat", "-m", LOCAL, SAID)
    require("local" in told, told)
    time.sleep(1.5)
    name = [c for c in mesh.calls("edge") if c["path"].endswith("StreamCompletion")][-1]["answered_id"]
    way = mesh.millrace("trace", name)
    for hop in ("edge -> gateway", "-> gateway-", " -> classifier", "-> classifier-", " -> local-inference", "-> billing-",
                "gateway-sidecar ", "GatewayService/StreamCompletion", "BillingService/SettleUsage"):
        require(hop in way, f"trace {name} lacks {hop}:\n{way}")
    return (f"HTTP and gRPC, local and cloud, whole and streamed; an HTTP stream's first word came {min(early):.1f} s before its last; "
            f"trace shows {len(way.splitlines())} records of one prompt")


def first_word_comes_early(mesh, model):
    """The seconds between the first and the last word of a stream that takes two."""
    stream = ask(mesh.base, model, streamed=True, words=EARLY_WORDS)
    require(stream.good() and stream.words == EARLY_WORDS, f"{model}: {stream.status} {stream.words} words {stream.problem}")
    between = stream.end - stream.first
    require(between >= EARLY_SECONDS_MIN, f"{model}: the first of {EARLY_WORDS} words came {between:.1f} s before the end "
                                          f"(expected: at least {EARLY_SECONDS_MIN}, a word comes in 0.1 s)")
    return between


def logs_go_on(mesh):
    """As an operator sees it who watches while somebody calls."""
    ask(mesh.base, LOCAL)
    time.sleep(WRITTEN_AFTER)
    with tempfile.TemporaryFile("w+") as shown:
        watcher = subprocess.Popen([mesh.command, "logs", "edge", "-f", "--calls", "-n", "1"], stdout=shown)
        try:
            until(lambda: "edge.calls | " in said(shown), "logs edge -f --calls shows not even the last line")
            before, asked = said(shown), ask(mesh.base, LOCAL)
            require(asked.name not in before and len(before.splitlines()) == 1, f"logs -n 1 began with {before}")
            until(lambda: asked.name in said(shown), f"logs -f did not show the call {asked.name}")
            took = time.time() - asked.end
            require(watcher.poll() is None, f"logs -f ended by itself with {watcher.poll()}")
            watcher.send_signal(signal.SIGINT)
            watcher.wait(timeout=5)
        finally:
            watcher.kill()
            watcher.wait()
    return f"a call's line is shown {took:.1f} s after its end, Ctrl-C ends it"


def said(file):
    file.seek(0)
    return file.read()


def until(comes, complaint, seconds=15):
    end = time.monotonic() + seconds
    while not comes():
        require(time.monotonic() < end, f"{complaint} within {seconds} s")
        time.sleep(0.1)


def added_nodes_take_calls(mesh):
    mesh.millrace("scale", "local-inference", "1")
    begin = time.time()
    with Load(mesh.base, [LOCAL]) as load:
        mesh.millrace("scale", "local-inference", "3")
        time.sleep(2)
    waits = []
    for instance in ("local-inference-2", "local-inference-3"):
        started = [line.split()[0] for line in (mesh.home / "logs" / f"{instance}.log").read_text().splitlines()
                   if " started " in line and seconds_of(line.split()[0]) > begin]
        first = [call["start"] for call in mesh.calls(instance)
                 if call["listener"] == "ingress" and call["path"].endswith("StreamCompletion")
                 and seconds_of(call["start"]) > begin]
        require(started and first, f"{instance} took no call")
        waits.append(seconds_of(first[0]) - seconds_of(started[-1]))
    require(not load.failed(), describe(load))
    require(max(waits) <= 3, f"{waits} s from SERVING to the first call (expected: at most 3)")
    return f"{max(waits):.2f} s from SERVING to the first call, {len(load.answers)} calls, 0 failed"


def full_node_is_passed_by(mesh):
    """Its calls are counted by name: on whom each ended, and how many were tried on the full one before."""
    mesh.at_least("local-inference", 3)
    port = mesh.port("local-inference-1", "service")
    nodes = {f"127.0.0.1:{mesh.port(name, 'in')}": name for name in mesh.ps() if name.startswith("local-inference-")}
    before = {kind: counted(mesh, kind) for kind in (MOVED, *EJECTED)}
    held = [grpc_command(f"http://127.0.0.1:{port}{INFERENCE}StreamCompletion", completion("slow-words")) for _ in range(45)]
    holders = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for words, _ in held]
    try:
        time.sleep(3)
        status = grpc(f"http://127.0.0.1:{port}{INFERENCE}StreamCompletion", completion(LOCAL))
        require(status == 8, f"the node is not full: {status} (expected: 8, RESOURCE_EXHAUSTED)")
        with Load(mesh.base, [LOCAL]) as load:
            time.sleep(6)
    finally:
        for holder in holders:
            holder.kill()
            holder.wait()
        for _, file in held:
            os.unlink(file)
    more = {kind: counted(mesh, kind) - before[kind] for kind in before}
    moved, ejected = more[MOVED], {kind: more[kind] for kind in EJECTED}
    time.sleep(WRITTEN_AFTER)
    asked = {answer.name for answer in load.answers}
    took = collections.Counter(nodes[call["upstream"]] for g in GATEWAYS for call in mesh.calls(g)
                               if call["request_id"] in asked and call["peer"] == "local-inference"
                               and call["path"].endswith("StreamCompletion") and call["grpc_status"] == "OK")
    require(not load.failed(), describe(load))
    require(not any(ejected.values()), f"{ejected} (expected: none, a full node has not failed)")
    require(moved > 0, "no call was tried on another node, so nothing was shown")
    others = set(nodes.values()) - {"local-inference-1"}
    require(set(took) == others and sum(took.values()) == len(asked), f"{len(asked)} calls, answered by {dict(took)} (expected: {others})")
    share = " and ".join(f"{took[name]} by {name}" for name in sorted(others))
    return f"{len(asked)} calls, 0 failed, {share}, {moved} tries of them on another node after the full one had refused, no ejection detected"


def counted(mesh, kind):
    """Of what the gateways' sidecars count for their nodes; a name that they do not know would always be 0."""
    name = f"cluster.local-inference.{kind}"
    told = {gateway: mesh.admin(gateway, f"/stats?filter=^{name}$") for gateway in GATEWAYS}
    require(all(text.startswith(f"{name}: ") for text in told.values()), f"no sidecar counts {name}: {told}")
    return sum(int(text.rsplit(":", 1)[1]) for text in told.values())


def named_instance_is_reached(mesh):
    mesh.at_least("local-inference", 2)
    nodes = sorted(name for name in mesh.ps() if name.startswith("local-inference-"))
    wanted, mark = nodes[-1], f"e2e-{time.time_ns()}"
    url = f"http://127.0.0.1:{mesh.port('gateway-1', 'out')}{INFERENCE}ListModels"

    def call(*headers, peer="local-inference", message=b""):
        return grpc(url, message, [f"host: {peer}", f"x-request-id: {mark}", *headers])

    named = [call(f"x-millrace-instance: {wanted}", f"x-millrace-model: {LOCAL}") for _ in range(20)]
    with_model = [call(f"x-millrace-model: {LOCAL}") for _ in range(5)]
    # A sidecar that answers by itself does not wait for the message, and curl takes that for a broken stream.
    nobody = call("x-millrace-instance: local-inference-99", message=None)
    stranger = call(peer="redis", message=None)
    time.sleep(2)
    seen = {n: sum(c["request_id"] == mark and c["listener"] == "ingress" for c in mesh.calls(n)) for n in nodes}
    require(set(named + with_model) == {0}, f"{named} {with_model} (expected: 0)")
    require(seen[wanted] >= 20 and sum(seen.values()) == 25, f"{seen} (expected: 20 on {wanted}, 5 on any)")
    require((nobody, stranger) == (14, 12), f"no such instance: {nobody}, no such peer: {stranger} (expected: 14, 12)")
    return f"20 of 20 calls on {wanted} of {len(nodes)}; an unknown instance is UNAVAILABLE, an unknown peer UNIMPLEMENTED"
