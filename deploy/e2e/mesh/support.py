"""What the services lean on dies or restarts: a billing, the ledger's database, Consul, the collector."""

import os
import pathlib
import signal
import subprocess
import time

from broken import require
from callers import CLOUD, LOCAL, Load, ask, describe
from fleet import seconds_of

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
        figures.append(f"{name}: {only_paid_calls_refused(load)}")
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


def consul_processes(mesh):
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(word == f"-config-file={mesh.home}/mesh/rendered/consul.json".encode() for word in words):
            found.append(int(folder.name))
    return found


def consul_is_not_needed(mesh):
    mesh.wait_all_passing()
    with Load(mesh.base, [LOCAL, CLOUD], callers=3) as load:
        end = time.monotonic() + CONSUL_AWAY_SECONDS
        while time.monotonic() < end:
            for pid in consul_processes(mesh):
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
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
    require(not load.failed(), describe(load))
    require(wait <= 15, f"a new instance took calls {wait:.1f} s after Consul was back (expected: at most 15)")
    return f"{CONSUL_AWAY_SECONDS:.0f} s away and wiped: {len(load.answers)} calls, 0 failed; a new instance took calls {wait:.1f} s after"


def collector_dies(mesh):
    """The mesh is started anew, with a collector that is killed, stays away and comes back."""
    install = pathlib.Path(mesh.certificates).with_name("install")
    told = subprocess.run([install, "--check", "--collector"], capture_output=True, text=True)
    if told.returncode:
        return "NOT CHECKED: there is no collector here (deploy/mesh/install --collector)"
    program = dict(line.split(" ", 1) for line in told.stdout.splitlines())["otelcol"]
    port, spans = mesh.port_base + 1200, mesh.home / "traces" / "collector.jsonl"
    spans.parent.mkdir(exist_ok=True)
    env = {**os.environ, "MILLRACE_OTLP_PORT": str(port), "MILLRACE_METRICS_PORT": str(port + 1)}

    def start():
        return subprocess.Popen([program, "--config", str(install.with_name("collector.yaml"))], env=env,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    collector = start()
    try:
        mesh.millrace("down")
        mesh.millrace(*os.environ["MESH_UP"].split(), env={"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"})
        mesh.read_run()
        mesh.wait_all_passing()
        with Load(mesh.base, [LOCAL, CLOUD]) as load:
            time.sleep(10)
            require(spans.exists() and spans.stat().st_size, "the collector got no span")
            kill(collector)
            before = mesh.memory()
            time.sleep(COLLECTOR_AWAY_SECONDS)
            after = mesh.memory()
            size, collector, back = spans.stat().st_size, start(), time.monotonic()
            while spans.stat().st_size <= size:
                require(time.monotonic() < back + 60, "no span within 60 s of the collector's return")
                time.sleep(0.2)
            resumed = time.monotonic() - back
    finally:
        kill(collector)
    require(not load.failed(), describe(load))
    grown = max((after[name] - before[name], name) for name in before)
    require(grown[0] <= GROWTH_MB_MAX, f"{grown[1]} grew by {grown[0]:.0f} MB in {COLLECTOR_AWAY_SECONDS} s (expected: at most {GROWTH_MB_MAX})")
    return (f"{len(load.answers)} calls, 0 failed; {COLLECTOR_AWAY_SECONDS} s away: the most that a process grew is {grown[0]:.0f} MB "
            f"({grown[1]}); spans again {resumed:.1f} s after its return")


def kill(process):
    process.kill()
    process.wait()
