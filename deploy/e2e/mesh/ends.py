"""The end of a mesh, ordered or not: nothing is left."""

import os
import pathlib
import signal

from broken import require
from fleet import connects, read


def down_leaves_nothing(mesh):
    return nothing_is_left(mesh, mesh.millrace("down"))


def down_after_a_killed_supervisor(mesh):
    """What a supervisor leaves that had no time to end anything, nor to write down what it was starting."""
    figures = []
    if (mesh.home / "run").exists():
        mesh.millrace("down")
    for kept in ("", "without its list of processes"):
        mesh.millrace(*os.environ["MESH_UP"].split())
        run = dict(line.split("=", 1) for line in (mesh.home / "run").read_text().splitlines())
        os.kill(int(run["pid"]), signal.SIGKILL)
        if kept:
            (mesh.home / "mesh" / "processes").unlink()
        told = mesh.millrace("down")
        require("processes that were left" in told, f"down says: {told}")
        figures.append(f"{nothing_is_left(mesh, told.splitlines()[-1])} {kept}".strip())
    return "; ".join(figures)


def nothing_is_left(mesh, told):
    others = [p for p in pathlib.Path("/proc").glob("[0-9]*") if p.name != str(os.getpid())]
    left = [words for words in (read(p / "cmdline") for p in others) if str(mesh.home).encode() in words and b"FakeCloud" not in words]
    require(not left, f"{len(left)} processes are left: {left[:1]}")
    open_ports = [port for port in range(mesh.port_base, mesh.port_base + 300) if connects(port)]
    require(not open_ports, f"ports are open: {open_ports}")
    files = sorted(p.name for p in (mesh.home / "mesh").iterdir())
    require(set(files) <= {"certificates", "postgresql"}, f"files of the mesh are left: {files}")
    return told.strip()
