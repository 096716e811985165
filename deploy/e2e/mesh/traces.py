"""One prompt is one trace: every service and every sidecar on its way, each step below the one that made it. What is measured beside
it is offered to Prometheus."""

import json
import os
import re
import time
import urllib.request

from broken import Broken, require
from callers import CLOUD, LOCAL, ask

# Services and sidecars send what they have ended once a second; the ledger is told after the answer.
WHOLE_WITHIN = 15
# Services send what they measured every half a minute.
MEASURED_WITHIN = 75
# Each with a value above 0, but for what nobody need wait for.
MEASURED = {
    "calls between services, each try of them": r'grpc_client_attempt_started_total\{.*grpc_method="millrace\.[^}]*\} [1-9]',
    "how long calls took": r"grpc_server_call_duration_seconds_count\{[^}]*\} [1-9]",
    "calls of models": r"gen_ai_client_operation_duration_seconds_count\{[^}]*\} [1-9]",
    "tokens": r"gen_ai_client_token_usage_sum\{[^}]*\} [1-9]",
    "prompts that stayed": r'millrace_routes_total\{[^}]*millrace_target="local"[^}]*\} [1-9]',
    "prompts that left": r'millrace_routes_total\{[^}]*millrace_target="cloud"[^}]*\} [1-9]',
    "what was charged": r"millrace_charged_total\{[^}]*\} [1-9]",
    "free slots": r'millrace_slots\{[^}]*millrace_state="free"[^}]*\} [1-9]',
    "prompts that wait": r"millrace_queue_length\{[^}]*\} [0-9]",
}


def one_trace(mesh):
    return "; ".join(whole_trace(mesh, model, behind) for model, behind in ((LOCAL, "local-inference"), (CLOUD, "cloud-relay")))


def whole_trace(mesh, model, behind):
    trace, parent = os.urandom(16).hex(), os.urandom(8).hex()
    answer = ask(mesh.base, model, streamed=True, headers={"traceparent": f"00-{trace}-{parent}-01"})
    require(answer.good(), f"{model}: {answer.status} {answer.problem}")
    hops = {("edge", "gateway"), ("gateway", "classifier"), ("gateway", behind), ("gateway", "billing"), (behind, "billing")}
    end = time.monotonic() + WHOLE_WITHIN
    while True:
        spans = spans_of(mesh, trace)
        try:
            require_tree(spans, parent, hops)
            break
        except Broken as young:
            if time.monotonic() > end:
                raise Broken(f"{model}: the trace {trace} of {len(spans)} spans after {WHOLE_WITHIN} s: {young}") from young
        time.sleep(0.5)
    return f"{behind}: {len(spans)} spans of {len({span['service'] for span in spans.values()})} programs in one tree below the caller's own"


def spans_of(mesh, trace):
    """By their ids; a file that is full is set aside under another name."""
    found = {}
    for file in sorted((mesh.home / "traces").glob("collector*.jsonl")):
        for line in file.read_text().splitlines():
            if trace in line and line.endswith("}"):
                found.update(read_spans(json.loads(line), trace))
    return found


def read_spans(line, trace):
    for resource in line["resourceSpans"]:
        service = next(a["value"]["stringValue"] for a in resource["resource"]["attributes"] if a["key"] == "service.name")
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                if span["traceId"] == trace:
                    yield span["spanId"], {"service": service, "name": span["name"], "parent": span.get("parentSpanId", "")}


def require_tree(spans, parent, hops):
    """One span alone has its parent elsewhere, which is the caller's; no service is reached but through both sidecars."""
    outer = [span for span in spans.values() if span["parent"] not in spans]
    require(len(outer) == 1 and outer[0]["parent"] == parent and outer[0]["service"] == "edge",
            f"without a parent here: {outer} (expected: one, of the edge, below {parent})")
    seen = set()
    for span in spans.values():
        above = spans.get(span["parent"])
        if above is None or above["service"] == span["service"]:
            continue
        if span["service"].endswith("-sidecar"):
            own = span["service"].removesuffix("-sidecar")
            require(above["service"] == own or above["service"] == "edge" or above["service"].endswith("-sidecar"),
                    f"{span} is below {above}")
        else:
            require(above["service"] == f"{span['service']}-sidecar", f"{span} is below {above} (expected: its sidecar)")
            seen.add((caller(spans, above), span["service"]))
    require(hops <= seen, f"no span of {sorted(hops - seen)} (there are {sorted(seen)})")


def caller(spans, inward):
    """Whose sidecar, or which door, handed a call to the sidecar of the called one."""
    outward = spans.get(inward["parent"], {"service": "nobody", "parent": ""})
    made = spans.get(outward["parent"], {"service": "nobody"})
    if outward["service"] == "edge":
        return "edge"
    return made["service"] if outward["service"] == f"{made['service']}-sidecar" else f"{outward['service']} below {made['service']}"


def what_is_measured(mesh):
    """On the page that Prometheus reads."""
    for model in (LOCAL, CLOUD):
        answer = ask(mesh.base, model)
        require(answer.good(), f"{model}: {answer.status} {answer.problem}")
    url, end = f"http://127.0.0.1:{mesh.port('collector', 'metrics')}/metrics", time.monotonic() + MEASURED_WITHIN
    while True:
        with urllib.request.urlopen(url, timeout=10) as told:
            page = told.read().decode()
        missing = [what for what, line in MEASURED.items() if not re.search(line, page)]
        if not missing:
            services = sorted(set(re.findall(r'job="millrace/([a-z-]+)"', page)))
            return f"{', '.join(MEASURED)}, by {', '.join(services)}"
        require(time.monotonic() < end, f"after {MEASURED_WITHIN} s not measured: {', '.join(missing)}")
        time.sleep(1)
