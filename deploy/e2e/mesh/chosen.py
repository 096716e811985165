"""What an operator may choose in place of what a mesh brings: a file as its ledger, a collector elsewhere, or none."""

import json
import os
import pathlib
import re
import subprocess
import tempfile

from broken import require
from callers import LOCAL
from ends import nothing_is_left

TURNS = 3


def chosen_otherwise(mesh):
    """A mesh beside the other one, in a home and on ports of its own. Each ledger keeps what it was told, and a start says which
    one it leaves as it is."""
    with tempfile.TemporaryDirectory(prefix="millrace-e2e-") as home:
        beside = Beside(mesh, home)
        try:
            told = beside.up("--ledger", "file", "--no-collector")
            require(f"ledger {home}/billing.db" in told and "traces none" in told, told)
            require("note:" not in told, f"a fresh home has a note: {told}")
            require(not {"postgresql", "billing-2", "collector"} & beside.instances(), str(beside.instances()))
            refused = beside.run("scale", "billing", "2")
            require(refused.returncode != 0 and "without --ledger file" in refused.stderr, f"two billings: {refused}")
            for _ in range(TURNS):
                beside.words("chat", "-m", LOCAL, "hello")
            require(beside.turns() == TURNS, f"the file knows {beside.turns()} turns (expected: {TURNS})")
            beside.down()
            told = beside.up()
            require(f"in {home}/billing.db stay there and are not brought over" in told and "up --mesh --ledger file" in told,
                    f"no word of the file: {told}")
            require({"postgresql", "billing-1", "billing-2", "collector"} <= beside.instances(), str(beside.instances()))
            require(beside.turns() == 0, f"PostgreSQL knows {beside.turns()} turns (expected: 0)")
            beside.down()
            # The other mesh's collector is to this one a stranger's.
            elsewhere = f"http://127.0.0.1:{mesh.port('collector', 'otlp')}"
            told = beside.up("--ledger", "file", env={"OTEL_EXPORTER_OTLP_ENDPOINT": elsewhere})
            require(f"in {home}/mesh/postgresql stay there" in told, f"no word of PostgreSQL: {told}")
            require(f"to {elsewhere}" in told and "collector" not in beside.instances(), f"{told} {beside.instances()}")
            require(beside.turns() == TURNS, f"the file knows {beside.turns()} turns after (expected: {TURNS})")
            turn = re.search(r"turn (\S+)$", beside.words("chat", "-m", LOCAL, "hello").strip()).group(1)
            way = mesh.millrace("trace", turn)
            require("gateway-sidecar " in way, f"trace {turn} at the collector elsewhere:\n{way}")
        finally:
            beside.down()
    return (f"{TURNS} turns in the file, none of them in PostgreSQL, {TURNS} in the file again, each start says what stays where; "
            "no collector, its own, another's")


class Beside:
    """A second mesh of the same engine and cloud."""

    def __init__(self, mesh, home):
        self.command, self.home, self.port_base = mesh.command, pathlib.Path(home), mesh.port_base + 1200
        (self.home / "config.yml").write_text((mesh.home / "config.yml").read_text())

    def run(self, *words, env=None):
        return subprocess.run([self.command, *words, "--home", self.home], capture_output=True, text=True,
                              env={**os.environ, **(env or {})})

    def words(self, *words, env=None):
        told = self.run(*words, env=env)
        require(told.returncode == 0, f"{' '.join(words)}: {told.stderr.strip()}")
        return told.stdout

    def up(self, *options, env=None):
        return self.words("up", "--mesh", "--detach", "--http-port", "0", "--grpc-port", "0", "--port-base", str(self.port_base),
                          *options, env=env)

    def instances(self):
        return {one["instance"] for one in json.loads(self.words("ps", "-o", "json"))}

    def turns(self):
        report = json.loads(self.words("usage", "--since", "48h", "--by", "end", "-o", "json"))
        return sum(int(row["requests"]) for row in report.get("rows", []))

    def down(self):
        told = self.words("down")
        if "no Millrace runs" not in told:
            nothing_is_left(self, told)
