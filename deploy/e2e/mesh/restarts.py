"""What an operator renews while callers call: certificates, and each instance in turn."""

import os
import signal
import subprocess
import time

from books import Books
from broken import require
from callers import CLOUD, LOCAL, Load, Traffic, describe
from fleet import is_alive


def certificates_renewed(mesh):
    mesh.wait_all_passing()
    folder, port = mesh.home / "mesh" / "certificates", mesh.port("classifier-1", "in")
    serial = lambda: subprocess.run(
        f"openssl s_client -connect 127.0.0.1:{port} </dev/null 2>/dev/null | openssl x509 -noout -serial",
        shell=True, capture_output=True, text=True).stdout
    before = serial()
    with Load(mesh.base, [LOCAL, CLOUD]) as load:
        time.sleep(1)
        subprocess.run([mesh.certificates, folder, "edge", "gateway", "classifier", "local-inference", "cloud-relay", "billing"],
                       check=True)
        time.sleep(3)
    require(before and serial() != before, "the sidecar still shows the old certificate")
    require(not load.failed(), describe(load))
    return f"{len(load.answers)} calls, 0 failed, the new certificate is shown"


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
