"""What a caller said, what a model answered and what a key is are written down nowhere."""

import contextlib
import json
import os
import pathlib
import re
import tempfile
import urllib.error
import urllib.request

from broken import require
from callers import CLOUD, LOCAL, ask
from chosen import Beside
from fleet import Mesh, read
from support import page
from wire import CANARY, SAID, grpc, prompt

CALLERS_KEY, CLOUDS_KEY = "mrk-canary-caller-2f60b1", "sk-canary-cloud-71d9e4"
# A word of every answer of the fake cloud.
ANSWER = "grinds"
# Engines that fail in the ways in which a program is tempted to write down what it was sent.
FAILING = ("fails", "rejected", "context-too-long", "content-filter", "html", "error-after", "invalid-json-after", "resets-after")
# What an operator sets who looks for a fault with a program that gathers logs.
DEEPEST = {"MILLRACE_LOG_FORM": "json", "MILLRACE_LOG_LEVEL": "trace"}
EVERY_LINE_HAS = {"time", "level", "service", "logger", "message"}
METHOD = "/millrace.gateway.v1.GatewayService/StreamCompletion"


def nothing_is_written_down(mesh):
    """Looks at every file of the home, the ledger's with them, and at every page of figures, after all that was asked before."""
    figure, _ = searched(mesh)
    return figure


def nothing_is_written_down_at_any_level(mesh):
    """The same of a mesh beside it that logs everything, as JSON: each line is an object, and those of a call name its trace."""
    with tempfile.TemporaryDirectory(prefix="millrace-e2e-") as home:
        beside = Beside(mesh, home)
        try:
            beside.up(env=DEEPEST)
            figure, traces = searched(In(mesh, home, beside.port_base))
            lines = {path.name: json_lines(path) for path in sorted((beside.home / "logs").glob("*.log")) if of_a_service(path.name)}
            require(len(lines) == len([name for name in beside.instances() if re.search("-[0-9]+$", name)]) + 1,
                    f"logs of {sorted(lines)} (expected: one of each instance, and the supervisor's)")
            shallow = [name for name, all_ in lines.items() if name != "mesh.log" and not any(one["level"] == "TRACE" for one in all_)]
            require(not shallow, f"no line of the level TRACE in {shallow}")
            turns = [one for name, all_ in lines.items() if name.startswith("gateway-") for one in all_
                     if one["logger"] == "dev.millrace.gateway.turn"]
            told = {one.get("trace_id") for one in turns}
            require(traces <= told, f"{len(traces - told)} of {len(traces)} traces are named by no turn's line")
            # The one prompt that came without a trace of its own is traced or not.
            bare = [one for one in turns if "trace_id" not in one]
            require(len(bare) <= 1, f"{len(bare)} of {len(turns)} turns' lines name no trace: {bare[:1]}")
            return f"{figure}; {sum(map(len, lines.values()))} lines in {len(lines)} logs, all JSON, {len(traces)} traces named by turns"
        finally:
            beside.down()


class In(Mesh):
    """The mesh of another home."""

    def __init__(self, mesh, home, port_base):
        super().__init__(home, mesh.command, port_base, mesh.certificates)

    def millrace(self, *words, env=None):
        return super().millrace(*words, env={"MILLRACE_HOME": str(self.home), **(env or {})})


def of_a_service(name):
    """Its own log: beside it lie what its process said before it had one, its sidecar's words and its records of calls."""
    return name == "mesh.log" or re.fullmatch(r"(billing|classifier|cloud-relay|gateway|local-inference)-[0-9]+\.log", name)


def json_lines(path):
    lines = []
    for number, text in enumerate(path.read_text().splitlines(), 1):
        try:
            lines.append(json.loads(text))
        except ValueError:
            require(False, f"{path.name}:{number} is no JSON: {text[:120]}")
        require(EVERY_LINE_HAS <= lines[-1].keys(), f"{path.name}:{number} lacks {EVERY_LINE_HAS - lines[-1].keys()}")
    return lines


def searched(mesh):
    """What was looked at, and the traces of the prompts that were sent for it."""
    mesh.wait_all_passing()
    traces = {ask_in_all_ways(mesh, model) for model in (LOCAL, CLOUD, *FAILING)}
    answer = ask(mesh.base, LOCAL)
    require(ANSWER in answer.text, f"the answer has not the word that is looked for: {answer.status} {answer.text[:80]}{answer.problem}")
    require(CANARY in pathlib.Path(os.environ["CLOUD_LOG"]).read_text(), "the prompt did not come through to the cloud")
    # Services send their figures every half a minute; pages are asked for until there are some.
    metrics = f"http://127.0.0.1:{mesh.port('collector', 'metrics')}/metrics"
    page(metrics, b"grpc_server_call_duration", 60)
    pages = {metrics: fetched(metrics)}
    for sidecar in mesh.sidecars():
        for path in ("/stats/prometheus", "/clusters", "/config_dump"):
            pages[f"{sidecar}{path}"] = mesh.admin(sidecar, path).encode()
    files = {path: read(path) for path in mesh.home.rglob("*") if path.is_file() and not path.is_relative_to(mesh.home / "cache")}
    named = {path.name for path in files}
    require({"collector.jsonl", "edge.calls.log", "gateway-1.calls.log", "gateway-1.sidecar.log", "postgresql.log"} <= named,
            f"what should be looked at is not there: {sorted(named)[:20]}")
    leaks = [f"{word} in {place}" for place, content in (pages | files).items()
             for word in (CANARY, ANSWER, CALLERS_KEY, CLOUDS_KEY) if word.encode() in content]
    require(not leaks, f"{len(leaks)} places: {'; '.join(leaks[:6])}")
    megabytes = sum(map(len, files.values())) / 2**20
    return (f"no prompt, answer or key in {len(files)} files of {megabytes:.0f} MB (logs, records of calls, spans, rendered files, "
            f"Consul's and PostgreSQL's own), nor on {len(pages)} pages of the collector and the sidecars"), traces


def ask_in_all_ways(mesh, model):
    """Traced, with a key that nobody asked for; how a call ends is the matter of other promises. Returns its trace."""
    trace = os.urandom(16).hex()
    headers = {"authorization": f"Bearer {CALLERS_KEY}", "traceparent": f"00-{trace}-{os.urandom(8).hex()}-01"}
    for streamed in (False, True):
        ask(mesh.base, model, streamed, seconds=10, words=8, headers=headers)
    grpc(mesh.grpc.replace("tcp://", "http://") + METHOD, prompt(model), [f"{name}: {value}" for name, value in headers.items()])
    embed = urllib.request.Request(f"{mesh.base}/v1/embeddings", json.dumps({"model": model, "input": SAID}).encode(),
                                   {**headers, "content-type": "application/json"})
    # Some clients put their key where no key belongs, and every sidecar on the way sees it.
    listing = urllib.request.Request(f"{mesh.base}/v1/models?key={CALLERS_KEY}", headers=headers)
    for request in (embed, listing):
        with contextlib.suppress(urllib.error.HTTPError):
            fetched(request)
    return trace


def fetched(request):
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()
