"""What an operator renews while callers call: certificates, and each instance in turn."""

import json
import os
import signal
import subprocess
import time

from books import Books
from broken import require
from callers import CLOUD, CLOUD_STREAM, LOCAL, LOCAL_STREAM, Load, Traffic, describe
from fleet import is_alive
from held import Held
from wire import INFERENCE, grpc, identity_of

NAMES = ("edge", "gateway", "classifier", "local-inference", "cloud-relay", "billing")
# Counters of connections that were made, and of those that a certificate prevented.
MADE, REFUSED = "ssl.handshake", "ssl.(connection_error|fail_verify_san|fail_verify_error|fail_verify_no_cert)"
MORE_CALLERS = 16
# A single node has room for them beside the others.
HELD = 3


def certificates_renewed(mesh):
    """Calls and streams go on over the connections that there are; whoever connects from then on shows and sees the new ones."""
    mesh.wait_all_passing()
    folder = mesh.home / "mesh" / "certificates"
    sidecars = mesh.sidecars()
    before = {name: serials(mesh, name) for name in sidecars}
    require(all(before.values()), f"sidecars without a certificate: {before}")
    refused = handshakes(mesh, REFUSED)
    with Held(mesh, LOCAL_STREAM, HELD) as local, Held(mesh, CLOUD_STREAM, HELD) as cloud, Traffic(mesh.base) as traffic:
        time.sleep(1)
        begun = time.time()
        subprocess.run([mesh.certificates, folder, *NAMES], check=True)
        took_up(mesh, before)
        renewed, made = time.time(), handshakes(mesh, MADE)
        # More at once than before, which the connections of HTTP/1.1 between door and gateways do not hold.
        with Load(mesh.base, [LOCAL, CLOUD], callers=MORE_CALLERS) as more:
            time.sleep(2)
        made = handshakes(mesh, MADE) - made
    refused = handshakes(mesh, REFUSED) - refused
    failed = [answer for load in (traffic.whole, traffic.streams, more) for answer in load.failed()]
    require(not failed, describe(traffic.whole, traffic.streams, more))
    for held in (local, cloud):
        held.none_ended()
    require(made > 0 and refused == 0, f"{made} connections were made with new certificates (expected: some), {refused} refused")
    shown = {name: shown_serial(mesh.port(name, "in")) for name in sidecars if name != "edge"}
    old = {name: serial for name, serial in shown.items() if not serial or serial in before[name]}
    require(not old, f"sidecars that show strangers an old certificate or none: {old}")
    listing = f"https://127.0.0.1:{mesh.port('cloud-relay-1', 'in')}{INFERENCE}ListModels"
    told = grpc(listing, b"", identity=identity_of(folder, "gateway"))
    require(told == 0, f"a call with a new certificate: {told} (expected: 0)")
    return (f"{traffic.figure()} and {len(more.answers)} calls after it, 0 failed, {HELD} local and {HELD} cloud streams went on over "
            f"gRPC; all {len(sidecars)} sidecars took the new ones up after {renewed - begun:.1f} s, {made} new connections with them, "
            "0 refused")


def serials(mesh, sidecar):
    """Of the certificates that it holds, for those who call it and for those whom it calls."""
    told = json.loads(mesh.admin(sidecar, "/certs"))["certificates"]
    return {chain["serial_number"].lower() for one in told for chain in one.get("cert_chain", [])}


def took_up(mesh, before):
    end = time.monotonic() + 10
    while True:
        old = [name for name, known in before.items() if not serials(mesh, name) or serials(mesh, name) & known]
        if not old:
            return
        require(time.monotonic() < end, f"{old} hold old certificates 10 s after they were renewed")
        time.sleep(0.1)


def handshakes(mesh, kind):
    return sum(mesh.stat(name, f"^listener.*{kind}$") for name in mesh.sidecars())


def shown_serial(port):
    told = subprocess.run(f"openssl s_client -connect 127.0.0.1:{port} </dev/null 2>/dev/null | openssl x509 -noout -serial",
                          shell=True, capture_output=True, text=True).stdout
    return told.strip().rpartition("=")[2].lower()


def rolling_restart(mesh):
    """Each instance of each service in turn, told to end and started again; streams of some seconds go through all the time."""
    figures = []
    mesh.at_least("local-inference", 2)
    for service in ("classifier", "cloud-relay", "local-inference", "billing", "gateway"):
        mesh.wait_all_passing()
        instances = sorted(name for name in mesh.ps() if name.startswith(service + "-"))
        if len(instances) < 2:
            figures.append(f"{service}: NOT CHECKED, there is one")
            continue
        books = Books(mesh)
        with Traffic(mesh.base) as traffic:
            for instance in instances:
                pid = mesh.pid(instance)
                os.kill(pid, signal.SIGTERM)
                while is_alive(pid):
                    time.sleep(0.1)
                time.sleep(1.5)
                mesh.wait_all_passing()
        require(not traffic.whole.failed(), f"{service}: {describe(traffic.whole)}")
        require(not traffic.streams.failed(), f"{service}: {describe(traffic.streams)}")
        books.require_each_once(traffic.answers())
        figures.append(f"{service} x{len(instances)}: {traffic.figure()}, 0 failed")
    return "; ".join(figures)


def long_streams_are_told(mesh):
    """An instance that is told to end waits for its calls, and for streams without end in vain: whom it cuts is told so, and where."""
    mesh.at_least("local-inference", 2)
    figures = []
    for service, model in (("cloud-relay", CLOUD_STREAM), ("local-inference", LOCAL_STREAM), ("gateway", CLOUD_STREAM)):
        mesh.wait_all_passing()
        pid = mesh.pid(f"{service}-1")
        with Held(mesh, model) as held:
            time.sleep(1)
            told = time.monotonic()
            os.kill(pid, signal.SIGTERM)
            while is_alive(pid):
                time.sleep(0.1)
            took = time.monotonic() - told
            time.sleep(1)
        figures.append(f"{service}, which ended after {took:.0f} s: {held.interrupted()}")
    mesh.wait_all_passing()
    return "; ".join(figures)
