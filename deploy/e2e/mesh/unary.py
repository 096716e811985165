"""A small load of unary gRPC calls at the outer door, beside that of prompts: what programs ask for between them."""

import os
import subprocess
import time

from broken import require
from callers import Answer, Load
from wire import SAID, field, grpc_command, trailers

EMBEDDING = "CreateEmbeddings"
# Each goes on to another service, but for the first, which a gateway answers by itself.
METHODS = {
    "ListModels": ("gateway.v1.GatewayService", b""),
    "ClassifyPrompt": ("classifier.v1.ClassifierService", field(2, SAID)),
    "GetBudget": ("billing.v1.BillingService", b""),
    EMBEDDING: ("gateway.v1.GatewayService", field(2, SAID) + field(3, "all-minilm-l6-v2")),
}
# What the outer door tries again whatever a gateway had done with it.
REPEATED = {"ListModels", "ClassifyPrompt"}
# A caller is a process of its own, so that more of them would take the machine from the mesh.
PAUSE_SECONDS = 0.1


class Reply(Answer):
    """Its status is gRPC's, 0 for a good one; without any the connection was cut."""

    def good(self):
        return self.status == "0"


class Unary(Load):
    """A caller for each kind."""

    def __init__(self, mesh):
        super().__init__(f"http://{mesh.grpc.removeprefix('tcp://')}", list(METHODS), callers=len(METHODS))

    def call(self, number):
        while self.going:
            self.answers.append(asked(self.base, self.models[number]))
            time.sleep(PAUSE_SECONDS)

    def turns(self):
        """Those that stand in the ledger."""
        return [answer for answer in self.answers if answer.model == EMBEDDING]

    def figure(self):
        return f"{len(self.answers)} unary calls"

    def require_words(self, since):
        """Each kind was answered after that moment, if only one that a node loads its model for, and none ended without a status."""
        later = {answer.model for answer in self.answers if answer.good() and answer.end > since}
        require(later == set(METHODS), f"after it nobody answered {set(METHODS) - later}")
        wordless = [a for a in self.failed() if not a.status or not a.problem]
        require(not wordless, f"{len(wordless)} unary calls ended without a status in words: {[a.model for a in wordless]}")


def asked(base, method):
    reply, (service, message) = Reply(method), METHODS[method]
    words, file = grpc_command(f"{base}/millrace.{service}/{method}", message, [f"x-request-id: {reply.name}"])
    try:
        told = trailers(subprocess.run(words, capture_output=True).stdout)
    finally:
        os.unlink(file)
    reply.status, reply.problem = told.get("grpc-status", ""), told.get("grpc-message", "")
    # Of an answer that did not come, nobody here knows whether it had been written down.
    reply.broken, reply.end = not reply.good(), time.time()
    return reply
