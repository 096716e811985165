"""What the ledger says of the calls that a promise made."""

import json
import time

from broken import require

SETTLED_WITHIN = 30


class Books:
    """Compares the ledger with what callers saw since this was made."""

    def __init__(self, mesh):
        self.mesh, self.before = mesh, ends(mesh)

    def require_each_once(self, answers, unknown=0):
        """Every answer that came whole stands there once, as completed; of those that broke in between nobody knows."""
        good = sum(answer.good() for answer in answers)
        broken = unknown + sum(answer.broken for answer in answers)
        limit = time.monotonic() + SETTLED_WITHIN
        while True:
            completed = ends(self.mesh).get("completed", 0) - self.before.get("completed", 0)
            if good <= completed <= good + broken:
                return
            require(time.monotonic() < limit, f"the ledger has {completed} completed turns, callers got {good} whole answers")
            time.sleep(0.5)


def ends(mesh):
    report = json.loads(mesh.millrace("usage", "--since", "48h", "--by", "end", "-o", "json"))
    return {row["group"].lower().removeprefix("turn_end_"): int(row["requests"]) for row in report.get("rows", [])}
