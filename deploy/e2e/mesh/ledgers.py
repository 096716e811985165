"""A home whose ledger is a file first, and PostgreSQL's later: each keeps what it was told, and a start says which it leaves."""

import json
import pathlib
import subprocess
import tempfile

from broken import require
from callers import LOCAL
from ends import nothing_is_left

TURNS = 3


def file_then_database(mesh):
    """A mesh beside the other one, in a home and on ports of its own."""
    with tempfile.TemporaryDirectory(prefix="millrace-e2e-") as home:
        beside = Beside(mesh, home)
        try:
            told = beside.up("--ledger", "file")
            require(f"ledger {home}/billing.db" in told, told)
            require("note:" not in told, f"a fresh home has a note: {told}")
            require(not {"postgresql", "billing-2"} & beside.instances(), str(beside.instances()))
            refused = beside.run("scale", "billing", "2")
            require(refused.returncode != 0 and "without --ledger file" in refused.stderr, f"two billings: {refused}")
            for _ in range(TURNS):
                beside.words("chat", "-m", LOCAL, "hello")
            require(beside.turns() == TURNS, f"the file knows {beside.turns()} turns (expected: {TURNS})")
            beside.down()
            told = beside.up()
            require(f"in {home}/billing.db stay there and are not brought over" in told and "up --mesh --ledger file" in told,
                    f"no word of the file: {told}")
            require({"postgresql", "billing-1", "billing-2"} <= beside.instances(), str(beside.instances()))
            require(beside.turns() == 0, f"PostgreSQL knows {beside.turns()} turns (expected: 0)")
            beside.down()
            told = beside.up("--ledger", "file")
            require(f"in {home}/mesh/postgresql stay there" in told, f"no word of PostgreSQL: {told}")
            require(beside.turns() == TURNS, f"the file knows {beside.turns()} turns after (expected: {TURNS})")
        finally:
            beside.down()
    return f"{TURNS} turns in the file, none of them in PostgreSQL, {TURNS} in the file again; each start says what stays where"


class Beside:
    """A second mesh of the same engine and cloud."""

    def __init__(self, mesh, home):
        self.command, self.home, self.port_base = mesh.command, pathlib.Path(home), mesh.port_base + 1200
        (self.home / "config.yml").write_text((mesh.home / "config.yml").read_text())

    def run(self, *words):
        return subprocess.run([self.command, *words, "--home", self.home], capture_output=True, text=True)

    def words(self, *words):
        told = self.run(*words)
        require(told.returncode == 0, f"{' '.join(words)}: {told.stderr.strip()}")
        return told.stdout

    def up(self, *options):
        return self.words("up", "--mesh", "--detach", "--http-port", "0", "--grpc-port", "0", "--port-base", str(self.port_base), *options)

    def instances(self):
        return {one["instance"] for one in json.loads(self.words("ps", "-o", "json"))}

    def turns(self):
        report = json.loads(self.words("usage", "--since", "48h", "--by", "end", "-o", "json"))
        return sum(int(row["requests"]) for row in report.get("rows", []))

    def down(self):
        told = self.words("down")
        if "no Millrace runs" not in told:
            nothing_is_left(self, told)
