"""What Consul is told of each instance, and what becomes of one that nobody removed."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import urllib.request

from broken import require
from callers import CLOUD, LOCAL, SLOTS
from fleet import connects

STARTED_APART_SECONDS_MAX = 5
FORGOTTEN_AFTER_SECONDS, REAPED_EVERY_SECONDS = 60, 30
GHOST = "cloud-relay-99"


def consul(mesh, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{mesh.port_base}{path}", timeout=5) as answer:
        return json.load(answer)


def registered(mesh):
    """The ids of all instances."""
    return set(consul(mesh, "/v1/agent/services"))


def knows_what_each_is(mesh):
    """Version and start of each instance; of those that run models, which ones and how many calls at once."""
    mesh.wait_all_passing()
    version, now, told = mesh.millrace("--version").split()[1], time.time(), 0
    for name, state in mesh.ps().items():
        if "service " not in state["ports"]:
            continue
        [entry] = [one for one in consul(mesh, f"/v1/health/service/{name.rpartition('-')[0]}") if one["Service"]["ID"] == name]
        meta = entry["Service"]["Meta"]
        require(meta.get("version") == version, f"{name}: version {meta.get('version')} (expected: {version})")
        apart = abs(now - state["age_seconds"] - int(meta["start-epoch"]))
        require(apart <= STARTED_APART_SECONDS_MAX, f"{name}: start-epoch {meta['start-epoch']}, {apart:.0f} s from its start")
        if name.startswith("local-inference-"):
            models = ",".join(value for key, value in meta.items() if re.fullmatch("models(-[0-9]+)?", key)).split(",")
            require(LOCAL in models and CLOUD not in models, f"{name}: models {models}")
            require(int(meta["slots"]) >= SLOTS, f"{name}: slots {meta['slots']} (expected: at least {SLOTS})")
        else:
            require("models" not in meta and "slots" not in meta, f"{name} runs no model, and says {meta}")
        told += 1
    return f"version {version}, start, models and slots of {told} instances"


def the_dead_are_forgotten(mesh):
    """A relay beside the mesh, registered as its own are, whose process is gone for good: nobody is left to remove it."""
    mesh.wait_all_passing()
    pid, port = mesh.pid("cloud-relay-1"), mesh.port_base + 1190
    words = pathlib.Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    env = dict(line.split("=", 1) for line in pathlib.Path(f"/proc/{pid}/environ").read_text().rstrip("\0").split("\0"))
    # It says of itself that it is healthy, and until Consul has looked for its sidecar, which there is not, calls may be sent
    # there: they find nobody and go to a relay of the mesh.
    env |= {"MILLRACE_INSTANCE": GHOST, "MILLRACE_INGRESS": f"127.0.0.1:{port + 1}"}
    with tempfile.TemporaryDirectory() as home:
        words[words.index("--home") + 1] = home
        words = [word for word in words if not word.startswith("--cloud-relay.grpc.listen=")]
        ghost = subprocess.Popen([*words, f"--cloud-relay.grpc.listen=tcp://127.0.0.1:{port}"], env=env,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            end = time.monotonic() + 60
            while not (connects(port) and GHOST in registered(mesh)):
                require(ghost.poll() is None and time.monotonic() < end, "it is not registered within 60 s")
                time.sleep(0.1)
        finally:
            os.kill(ghost.pid, signal.SIGKILL)
            ghost.wait()
    died, others = time.monotonic(), registered(mesh) - {GHOST}
    while GHOST in registered(mesh):
        waited = time.monotonic() - died
        require(waited < FORGOTTEN_AFTER_SECONDS + REAPED_EVERY_SECONDS + 30, f"Consul knows it {waited:.0f} s after its death")
        time.sleep(0.5)
    took = time.monotonic() - died
    require(took > FORGOTTEN_AFTER_SECONDS - 5, f"removed {took:.0f} s after its death (expected: a minute later, by Consul)")
    require(registered(mesh) == others, f"{registered(mesh) ^ others} came or went with it")
    return f"Consul forgot it {took:.0f} s after its death, and nobody else"
