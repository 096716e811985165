"""What a caller said, what a model answered and what a key is are written down nowhere."""

import contextlib
import json
import os
import pathlib
import urllib.error
import urllib.request

from broken import require
from callers import CLOUD, LOCAL, ask
from fleet import read
from support import page
from wire import CANARY, SAID, grpc, prompt

CALLERS_KEY, CLOUDS_KEY = "mrk-canary-caller-2f60b1", "sk-canary-cloud-71d9e4"
# A word of every answer of the fake cloud.
ANSWER = "grinds"
# Engines that fail in the ways in which a program is tempted to write down what it was sent.
FAILING = ("fails", "rejected", "context-too-long", "content-filter", "html", "error-after", "invalid-json-after", "resets-after")
METHOD = "/millrace.gateway.v1.GatewayService/StreamCompletion"


def nothing_is_written_down(mesh):
    """Looks at every file of the home, the ledger's with them, and at every page of figures, after all that was asked before."""
    mesh.wait_all_passing()
    for model in (LOCAL, CLOUD, *FAILING):
        ask_in_all_ways(mesh, model)
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
            f"Consul's and PostgreSQL's own), nor on {len(pages)} pages of the collector and the sidecars")


def ask_in_all_ways(mesh, model):
    """Traced, with a key that nobody asked for; how a call ends is the matter of other promises."""
    headers = {"authorization": f"Bearer {CALLERS_KEY}", "traceparent": f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-01"}
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


def fetched(request):
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()
