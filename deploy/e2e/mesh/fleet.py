"""A running mesh as an operator sees it."""

import datetime
import json
import os
import pathlib
import socket
import subprocess
import time

from broken import require


class Mesh:
    """A running mesh as an operator sees it."""

    def __init__(self, home, command, port_base, certificates):
        self.home, self.command, self.port_base = pathlib.Path(home), command, int(port_base)
        self.certificates = certificates
        self.read_run()

    def read_run(self):
        """Where the doors are; a mesh that was started anew has others."""
        run = dict(line.split("=", 1) for line in (self.home / "run").read_text().splitlines())
        self.base, self.grpc, self.supervisor = run["gateway.http"], run["gateway.grpc"], int(run["pid"])

    def millrace(self, *words, env=None):
        told = subprocess.run([self.command, *words], capture_output=True, text=True, env={**os.environ, **(env or {})})
        require(told.returncode == 0, f"{' '.join(words)}: {told.stderr.strip()}")
        return told.stdout

    def ps(self):
        return {one["instance"]: one for one in json.loads(self.millrace("ps", "-o", "json"))}

    def pid(self, instance, part=0):
        return int(self.ps()[instance]["pids"].split()[part])

    def memory(self):
        """Megabytes of each process that belongs to an instance."""
        pids = {f"{name} {part}": pid for name, one in self.ps().items() for part, pid in enumerate(one["pids"].split())}
        return {name: resident(pid) for name, pid in pids.items()}

    def port(self, instance, name):
        words = self.ps()[instance]["ports"].replace(",", "").split()
        return int(words[words.index(name) + 1])

    def wait_all_passing(self, seconds=60):
        end = time.monotonic() + seconds
        while True:
            states = {name: one["health"] for name, one in self.ps().items()}
            bad = {name: health for name, health in states.items() if health not in ("passing", "running")}
            if not bad:
                return
            require(time.monotonic() < end, f"not healthy after {seconds} s: {bad}")
            time.sleep(0.3)

    def at_least(self, service, count):
        if sum(name.startswith(service + "-") for name in self.ps()) < count:
            self.millrace("scale", service, str(count))
        self.wait_all_passing()

    def calls(self, instance):
        path = self.home / "logs" / f"{instance}.calls.log"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]

    def sidecars(self):
        """The names of those that run, the outer door's with them; an Envoy that was killed leaves its socket behind."""
        running = self.ps()
        return sorted(path.name for path in (self.home / "mesh" / "admin").iterdir() if path.name in running)

    def admin(self, instance, path):
        """What a sidecar says of itself."""
        return subprocess.run(["curl", "-sSf", "--unix-socket", str(self.home / "mesh" / "admin" / instance), f"http://envoy{path}"],
                              capture_output=True, text=True, check=True).stdout

    def stat(self, instance, name):
        """The sum of the counters whose names hold this expression."""
        told = self.admin(instance, f"/stats?filter={name}")
        return sum(int(line.rsplit(":", 1)[1]) for line in told.splitlines() if line.rsplit(":", 1)[-1].strip().isdigit())

    def doors(self):
        """The ports of the outer door, which lie outside the range of the others."""
        return {int(address.rpartition(":")[2]) for address in (self.base, self.grpc)}


def seconds_of(iso):
    return datetime.datetime.fromisoformat(iso.replace("Z", "+00:00")).timestamp()


def read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def resident(pid):
    pages = read(pathlib.Path(f"/proc/{pid}/statm")).split()
    return int(pages[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20 if pages else 0.0


def is_alive(pid):
    """Until the last of its threads has ended: while one has not, its sockets are open though its first may be gone."""
    states = [read(stat).rpartition(b")")[2].split() for stat in pathlib.Path(f"/proc/{pid}/task").glob("*/stat")]
    return any(state and state[0] not in (b"Z", b"X") for state in states)


def listening():
    """Every port of this machine on which somebody waits for connections."""
    rows = [line.split() for table in ("tcp", "tcp6") for line in read(pathlib.Path("/proc/net", table)).decode().splitlines()[1:]]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == "0A"}


def belonging(home):
    """The processes that have to do with a home by their command line, or by the environment that they were given."""
    mark, found = str(home).encode(), []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        words = read(folder / "cmdline")
        if int(folder.name) != os.getpid() and (mark in words or b"=" + mark in read(folder / "environ")) and is_alive(folder.name):
            found.append((int(folder.name), words.replace(b"\0", b" ").decode(errors="replace").strip()))
    return found


def connects(port):
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0
