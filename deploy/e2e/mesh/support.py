"""What the services lean on dies or restarts: a billing, the ledger's database, Consul, the collector."""

import contextlib
import os
import pathlib
import signal
import subprocess
import time
import urllib.request

from broken import require
from callers import CLOUD, LOCAL, Load, ask, describe
from fleet import read, seconds_of

COLLECTOR_AWAY_SECONDS, GROWTH_MB_MAX = 20, 64
CONSUL_AWAY_SECONDS = float(os.environ.get("CONSUL_AWAY", "60"))


def only_paid_calls_refused(load):
    """Without a ledger nothing is paid for: such a call is refused in words. What costs nothing goes on."""
    local = [a for a in load.failed() if a.model == LOCAL]
    require(not local, f"{len(local)} local answers failed: {describe(load)}")
    other = [a for a in load.failed() if a.status != 503]
    require(not other, f"{len(other)} paid calls failed other than by a refusal: {describe(load)}")
    waits = sorted(a.end - a.begin for a in load.answers)
    return f"{len(load.answers)} calls, 0 local failed, {len(load.failed())} paid refused, longest {waits[-1]:.1f} s"


def one_of_two_billings_dies(mesh):
    """The other one does what the dead one had in its hands again: it is keyed by ids, so that nothing is counted twice."""
    mesh.wait_all_passing()
    two = [name for name in mesh.ps() if name.startswith("billing-")]
    require(len(two) == 2, f"{two} (expected: two billings)")
    figures = []
    for name in two:
        mesh.wait_all_passing()
        with Load(mesh.base, [LOCAL, CLOUD]) as load:
            time.sleep(2)
            os.kill(mesh.pid(name), signal.SIGKILL)
            time.sleep(5)
        require(not load.failed(), f"{name}: {describe(load)}")
        longest = max(a.end - a.begin for a in load.answers)
        figures.append(f"{name}: {len(load.answers)} calls, local and paid, 0 failed, longest {longest:.1f} s")
    return "; ".join(figures)


def database_restarts(mesh):
    mesh.wait_all_passing()
    figures = []
    for how, sign in (("shut down", signal.SIGINT), ("kill -9", signal.SIGKILL)):
        with Load(mesh.base, [LOCAL, CLOUD]) as load:
            time.sleep(2)
            pid = mesh.pid("postgresql")
            os.kill(pid, sign)
            end = time.monotonic() + 60
            while mesh.pid("postgresql") == pid or mesh.ps()["postgresql"]["health"] != "running":
                require(time.monotonic() < end, f"{how}: not started again within 60 s")
                time.sleep(0.2)
            back = time.monotonic()
            while not ask(mesh.base, CLOUD).good():
                require(time.monotonic() < back + 60, f"{how}: no paid call got through within 60 s of the restart")
                time.sleep(0.1)
            took = time.monotonic() - back
            time.sleep(2)
        figures.append(f"{how}: {only_paid_calls_refused(load)}, paid again {took:.1f} s after its start")
    return "; ".join(figures)


def processes(word):
    """Those whose command line has this word."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        if word.encode() in read(folder / "cmdline").split(b"\0"):
            found.append(int(folder.name))
    return found


def consul_processes(mesh):
    return processes(f"-config-file={mesh.home}/mesh/rendered/consul.hcl")


def collector_processes(mesh):
    return processes(f"{mesh.home}/mesh/rendered/collector.yaml")


def keep_dead(find, seconds):
    """Whatever starts it again."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for pid in find():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def consul_is_not_needed(mesh):
    """Nor by an instance that starts meanwhile: it stays, and is registered as soon as there is somebody to register it."""
    mesh.wait_all_passing()
    dies = mesh.ps()["classifier-1"]
    with Load(mesh.base, [LOCAL, CLOUD], callers=3) as load:
        keep_dead(lambda: consul_processes(mesh), CONSUL_AWAY_SECONDS / 6)
        os.kill(int(dies["pids"].split()[0]), signal.SIGKILL)
        keep_dead(lambda: consul_processes(mesh), CONSUL_AWAY_SECONDS * 5 / 6)
        subprocess.run(["rm", "-rf", str(mesh.home / "mesh" / "consul")], check=True)
        while not consul_processes(mesh):
            time.sleep(0.05)
        back = time.time()
        mesh.millrace("scale", "classifier", "3")
        while not [c for c in mesh.calls("classifier-3") if c["listener"] == "ingress"]:
            require(time.time() < back + 60, "the new instance took no call within 60 s")
            time.sleep(0.1)
        wait = seconds_of([c for c in mesh.calls("classifier-3") if c["listener"] == "ingress"][0]["start"]) - back
    mesh.millrace("scale", "classifier", "2")
    mesh.wait_all_passing()
    starts = mesh.ps()["classifier-1"]["restarts"] - dies["restarts"]
    require(starts == 1, f"classifier-1, killed while Consul was away, was started {starts} times (expected: once)")
    require(not load.failed(), describe(load))
    require(wait <= 15, f"a new instance took calls {wait:.1f} s after Consul was back (expected: at most 15)")
    return (f"{CONSUL_AWAY_SECONDS:.0f} s away and wiped: {len(load.answers)} calls, 0 failed; a new instance took calls {wait:.1f} s "
            "after; one that was killed meanwhile was started once and is registered")


def collector_dies(mesh):
    """It is killed, kept away, and started again by the supervisor."""
    mesh.wait_all_passing()
    spans = mesh.home / "traces" / "collector.jsonl"
    with Load(mesh.base, [LOCAL, CLOUD]) as load:
        time.sleep(10)
        require(spans.exists() and spans.stat().st_size, "the collector got no span")
        before = mesh.memory()
        keep_dead(lambda: collector_processes(mesh), COLLECTOR_AWAY_SECONDS)
        after, size = mesh.memory(), spans.stat().st_size
        began = time.monotonic()
        while not collector_processes(mesh):
            require(time.monotonic() < began + 60, "not started again within 60 s")
            time.sleep(0.05)
        back = time.monotonic()
        # A file that is full is begun anew.
        while not spans.exists() or spans.stat().st_size == size:
            require(time.monotonic() < back + 60, "no span within 60 s of the collector's return")
            time.sleep(0.2)
        resumed = time.monotonic() - back
        metrics = page(f"http://127.0.0.1:{mesh.port('collector', 'metrics')}/metrics", b"grpc_server_call_duration", 60)
    require(not load.failed(), describe(load))
    grown = max((after[name] - before[name], name) for name in before if not name.startswith("collector "))
    require(grown[0] <= GROWTH_MB_MAX, f"{grown[1]} grew by {grown[0]:.0f} MB in {COLLECTOR_AWAY_SECONDS} s (expected: at most {GROWTH_MB_MAX})")
    return (f"{len(load.answers)} calls, 0 failed; {COLLECTOR_AWAY_SECONDS} s away: the most that a process grew is {grown[0]:.0f} MB "
            f"({grown[1]}); spans again {resumed:.1f} s after its return, {metrics} lines for Prometheus")


def page(url, wanted, seconds):
    """How many lines it has once these bytes are in it; services send their metrics every 30 s."""
    end = time.monotonic() + seconds
    while True:
        with urllib.request.urlopen(url, timeout=10) as answer:
            text = answer.read()
        if wanted in text:
            return len(text.splitlines())
        require(time.monotonic() < end, f"{url} has no {wanted!r} after {seconds} s")
        time.sleep(1)
