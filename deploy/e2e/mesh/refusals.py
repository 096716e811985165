"""Who is refused, by whom, and in which words."""

import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

from broken import require
from callers import CLOUD
from ends import PORTS
from fleet import belonging, listening
from wire import INFERENCE, completion, grpc, grpc_command, identity_of

# Why a certificate is refused is said by TLS itself, in words that every library has for it.
REFUSALS = {"wrong name": "certificate unknown", "none": "handshake failure", "expired": "certificate expired"}


def clearance_at_the_sidecar(mesh):
    port = mesh.port("cloud-relay-1", "in")
    gateway = identity_of(mesh.home / "mesh" / "certificates", "gateway")
    url = f"https://127.0.0.1:{port}{INFERENCE}StreamCompletion"
    before = len([c for c in mesh.calls("cloud-relay-1") if c["listener"] == "ingress"])
    bare = grpc(url, None, identity=gateway)
    empty = grpc(url, None, ["x-millrace-clearance;"], gateway)
    cleared = grpc(url, completion(CLOUD, "decision"), ["x-millrace-clearance: decision"], gateway)
    listing = grpc(url.replace("StreamCompletion", "ListModels"), b"", identity=gateway)
    require((bare, empty) == (7, 7), f"without: {bare}, empty: {empty} (expected: 7, PERMISSION_DENIED)")
    require((cleared, listing) == (0, 0), f"with: {cleared}, a listing: {listing} (expected: 0)")
    time.sleep(1.5)
    denied = [c for c in mesh.calls("cloud-relay-1") if "rbac" in str(c["denied_by"])]
    require(len(denied) >= 2, "the sidecar's own record shows no refusal")
    require(all(c["upstream"] is None for c in denied), "a refused call reached the service")
    return f"refused by the sidecar in {max(c['millis'] for c in denied)} ms, {before} calls before it unharmed"


def strangers_are_refused(mesh):
    folder = mesh.home / "mesh" / "certificates"
    billing = mesh.port("billing-1", "in")
    settle = f"https://127.0.0.1:{billing}/millrace.billing.v1.BillingService/SettleUsage"
    wrong_method = grpc(settle, None, identity=identity_of(folder, "cloud-relay"))
    require(wrong_method == 7, f"right name, wrong method: {wrong_method} (expected: 7, PERMISSION_DENIED)")
    told = {"wrong name": refusal(settle, identity_of(folder, "classifier")), "none": refusal(settle)}
    with tempfile.TemporaryDirectory() as copy:
        for name in ("ca.pem", "ca.key"):
            (pathlib.Path(copy) / name).write_bytes((folder / name).read_bytes())
        subprocess.run([mesh.certificates, copy, "gateway"], check=True, env={**os.environ, "MILLRACE_CERTIFICATE_DAYS": "0"})
        time.sleep(1.1)
        told["expired"] = refusal(settle, identity_of(copy, "gateway"))
    require(told == REFUSALS, f"{told} (expected: {REFUSALS})")
    words = "; ".join(f"{case}: {word}" for case, word in told.items())
    return f"{words}; right name, wrong method: {wrong_method}"


def refusal(url, identity=None):
    """What the sidecar answers before it ends the connection, in curl's words."""
    words, file = grpc_command(url, None, identity=identity)
    try:
        told = subprocess.run([*words, "-v"], capture_output=True, text=True)
    finally:
        os.unlink(file)
    require(told.returncode != 0 and "grpc-status" not in told.stdout, f"not refused: {told.stdout} {told.stderr[-300:]}")
    alerts = re.findall(r"\(IN\), TLS alert, (.+) \([0-9]+\)", told.stderr)
    return alerts[-1] if alerts else told.stderr.strip().splitlines()[-1]


def bad_input_stops_the_start(mesh):
    home, figures, taken = tempfile.mkdtemp(prefix="millrace-e2e-"), [], set()
    base = str(mesh.port_base + 1100)

    def refused(name, expected, *options, env=()):
        """Expected is a text, or several of which one must be said."""
        told = subprocess.run([mesh.command, "up", "--mesh", "--detach", "--home", home, "--http-port", "0", "--grpc-port", "0",
                               "--port-base", base, *options], capture_output=True, text=True, timeout=120,
                              env={**os.environ, **dict(env)})
        words = told.stdout + told.stderr
        require(told.returncode != 0, f"{name}: the start went on: {words}")
        wanted = (expected,) if isinstance(expected, str) else expected
        require(any(each in words for each in wanted), f"{name}: {words.strip()[-300:]} (expected: {' or '.join(wanted)})")
        left = belonging(home)
        require(not left, f"{name}: {len(left)} processes were left: {left[:1]}")
        ports = listening() & set(range(int(base), int(base) + PORTS)) - taken
        require(not ports, f"{name}: ports were left open: {sorted(ports)}")
        figures.append(name)

    shipped = pathlib.Path(mesh.certificates).with_name("policy.yaml").read_text()
    policy = pathlib.Path(home) / "policy.yaml"
    policy.write_text(shipped.replace("connect-within", "conect-within"))
    refused("a wrong field in the policy", ("conect-within", "connections.connect-within is missing"), "--policy", str(policy))
    policy.write_text(shipped.replace("percent-max: 50", "percent-max: 150"))
    refused("a value outside its range", 'ejection.percent-max: "150" (expected: a whole number, 1 to 100)', "--policy", str(policy))
    policy.write_text(shipped.replace("connect-within: 500ms", "connect-within: 0s"))
    refused("a policy that Envoy refuses", f"the policy {policy} makes a sidecar of gateway that Envoy refuses: ",
            "--policy", str(policy))
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", int(base) + 21))
        stranger.listen()
        taken.add(int(base) + 21)
        refused("a taken port", f"port {int(base) + 21} is taken by pid {os.getpid()}")
    taken.clear()
    refused("a missing binary", "Install it with: deploy/mesh/install",
            env={"MILLRACE_CACHE": home, "PATH": "/usr/bin:/bin", "MILLRACE_BUILD": "never"}.items())
    refused("an agent that answers nonsense", "is no Consul: it answered",
            env={"PATH": f"{nonsense(home)}:{os.environ['PATH']}"}.items())
    authority = pathlib.Path(home, "mesh", "certificates", "ca.pem")
    authority.parent.mkdir(parents=True, exist_ok=True)
    authority.write_text("not a certificate")
    refused("sidecars that can have no certificate", "no certificates: ")
    authority.unlink()
    unreadable = authority.with_name("billing.sds.yaml")
    unreadable.unlink(missing_ok=True)
    unreadable.mkdir()
    refused("a certificate that cannot be read", f"no certificate of billing: {unreadable}")
    subprocess.run(["rm", "-rf", unreadable], check=True)
    refused("a sidecar whose certificate is gone when it starts", "billing-1 sidecar ended with 1",
            env={"PATH": f"{without_certificate(mesh, home, unreadable)}:{os.environ['PATH']}"}.items())
    pathlib.Path(home, "config.yml").write_text("classifier:\n  grpc:\n    lisen: x\n")
    refused("a misspelt key of one service", "classifier.grpc.lisen")
    subprocess.run(["rm", "-rf", home], check=True)
    return f"{'; '.join(figures)}: each time no process and no port was left"


def without_certificate(mesh, home, certificate):
    """A folder for the PATH, in which envoy is itself, but finds no certificate where it is billing's."""
    told = subprocess.run([pathlib.Path(mesh.certificates).with_name("install"), "--check"], capture_output=True, text=True).stdout
    envoy = dict(line.split(" ", 1) for line in told.splitlines())["envoy"]
    program = pathlib.Path(home, "without", "envoy")
    program.parent.mkdir()
    program.write_text(f"""#!/bin/sh
case "$*" in */billing-1.yaml*) rm -f {certificate} ;; esac
exec {envoy} "$@"
""")
    program.chmod(0o755)
    return program.parent


def nonsense(home):
    """A folder for the PATH, in which what is called consul is a web server with a page for everything."""
    program = pathlib.Path(home, "nonsense", "consul")
    program.parent.mkdir()
    program.write_text(f"""#!{sys.executable}
import http.server, sys

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>it works</html>")

port = next(int(word.partition("=")[2]) for word in sys.argv if word.startswith("-http-port="))
http.server.HTTPServer(("127.0.0.1", port), Page).serve_forever()
""")
    program.chmod(0o755)
    return program.parent
