"""The end of a mesh, ordered or not: nothing is left."""

import contextlib
import os
import pathlib
import re
import signal
import threading
import time

from broken import require
from fleet import belonging, listening, read
from registry import registered

PORTS, CONSUL_GONE_SECONDS_MAX = 300, 15
TREE = pathlib.Path(__file__).resolve().parents[3]
# Where a program may leave something that no home holds.
SHARED_FOLDERS = ("/tmp/", "/var/tmp/", "/dev/shm/", "/run/")
# Those of these tests, which stand outside the mesh and go on.
OTHERS = ("FakeCloud", "deploy/e2e/")


def down_leaves_nothing(mesh):
    mesh.wait_all_passing()
    outside = Outside(mesh)
    with Entries(mesh) as entries:
        told = mesh.millrace("down")
    return f"{nothing_is_left(mesh, told, mesh.doors(), outside)}; {entries.none_is_left()}"


def down_after_a_killed_supervisor(mesh):
    """What a supervisor leaves that had no time to end anything, nor to write down what it was starting."""
    figures = []
    if (mesh.home / "run").exists():
        mesh.millrace("down")
    for kept in ("", "without its list of processes"):
        mesh.millrace(*os.environ["MESH_UP"].split())
        mesh.read_run()
        outside = Outside(mesh)
        os.kill(mesh.supervisor, signal.SIGKILL)
        if kept:
            (mesh.home / "mesh" / "processes").unlink()
        told = mesh.millrace("down")
        require("processes that were left" in told, f"down says: {told}")
        figures.append(f"{nothing_is_left(mesh, told.splitlines()[-1], mesh.doors(), outside)} {kept}".strip())
    return "; ".join(figures)


def nothing_is_left(mesh, told, doors=frozenset(), outside=None):
    left = processes(mesh.home)
    require(not left, f"{len(left)} processes are left: {left[:1]}")
    ports = listening() & (set(range(mesh.port_base, mesh.port_base + PORTS)) | set(doors))
    require(not ports, f"ports are open: {sorted(ports)}")
    files = sorted(p.name for p in (mesh.home / "mesh").iterdir())
    require(set(files) <= {"certificates", "postgresql"}, f"files of the mesh are left: {files}")
    return told.strip() + (f", {outside.none_is_left()}" if outside else "")


def processes(home):
    return [(pid, words) for pid, words in belonging(home) if not any(other in words for other in OTHERS)]


class Entries:
    """What Consul knows while a mesh ends, asked until Consul itself is gone."""

    def __init__(self, mesh):
        self.mesh, self.first, self.last = mesh, None, None
        self.done, self.asking = threading.Event(), threading.Thread(target=self.ask)

    def __enter__(self):
        self.first = registered(self.mesh)
        self.asking.start()
        return self

    def __exit__(self, failure, *_):
        # Where `down` failed, Consul may go on.
        if failure is not None:
            self.done.set()
        self.asking.join(CONSUL_GONE_SECONDS_MAX)
        answers = self.asking.is_alive()
        self.done.set()
        require(failure is not None or not answers, f"Consul answers {CONSUL_GONE_SECONDS_MAX} s after `down`")

    def ask(self):
        with contextlib.suppress(OSError, ValueError):
            while not self.done.wait(0.05):
                self.last = registered(self.mesh)

    def none_is_left(self):
        require(self.first and self.last == set(), f"Consul knew {self.first} and at its end {self.last} (expected: none)")
        return f"{len(self.first)} entries of Consul were removed before it ended"


class Outside:
    """What the processes of a running mesh have open or mapped outside its home, where all programs of a machine leave things."""

    def __init__(self, mesh):
        self.pids = {pid for pid, _ in processes(mesh.home)}
        began = (mesh.home / "config.yml").stat().st_mtime
        # Home and tree may themselves lie in such a folder.
        own = (f"{mesh.home}/", f"{TREE}/", f"{pathlib.Path(mesh.command).resolve().parents[1]}/")
        self.files = {path for pid in self.pids for path in opened(pid) if path.startswith(SHARED_FOLDERS)
                      and not path.startswith(own) and os.path.exists(path) and os.stat(path).st_ctime >= began}

    def none_is_left(self):
        # The counters of a JVM that was killed: the next JVM of this user that starts removes them.
        left = sorted(path for path in self.files if os.path.exists(path) and not path.startswith("/tmp/hsperfdata_"))
        require(not left, f"{len(left)} of {len(self.files)} files outside the home are left: {left[:3]}")
        # One row for each piece of memory, by the one that made it.
        rows = [row.split() for row in read(pathlib.Path("/proc/sysvipc/shm")).decode().splitlines()[1:]]
        memory = [row[1] for row in rows if int(row[4]) in self.pids]
        require(not memory, f"shared memory is left: {memory}")
        return f"none of {len(self.files)} files outside the home is left"


def opened(pid):
    """Paths of what a process has mapped and of what it has open."""
    folder = pathlib.Path(f"/proc/{pid}")
    mapped = re.findall(r"(/\S+)$", read(folder / "maps").decode(errors="replace"), re.MULTILINE)
    held = []
    try:
        for each in (folder / "fd").iterdir():
            held.append(os.readlink(each))
    except OSError:
        pass
    return {path for path in mapped + held if path.startswith("/")}
