"""Streams over gRPC without end, held while something is done to the mesh, and looked at to their last message."""

import os
import pathlib
import subprocess
import tempfile
import time

from broken import require
from wire import fault, fields, frames, grpc_command, prompt, trailers

COUNT = 8
ABORTED = "10"
# A word comes ten times a second.
SILENCE_SECONDS_MAX = 2


class Stream:
    """One caller. `end` is empty while it goes on; what it was sent stands in `turn` and `numbers`."""

    def __init__(self, url, model):
        self.body = tempfile.NamedTemporaryFile(prefix="e2e-", delete=False).name
        words, self.message = grpc_command(url, prompt(model), body=self.body)
        self.caller = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def leave(self):
        self.over = self.caller.poll() is not None
        self.silent = time.time() - os.stat(self.body).st_mtime
        if not self.over:
            self.caller.kill()
        self.end = trailers(self.caller.communicate()[0])
        events = [fields(message) for _, message in frames(pathlib.Path(self.body).read_bytes())]
        self.numbers = [event[1][0] for event in events]
        self.turn = next((fields(event[3][0])[1][0] for event in events if 3 in event), b"")
        for file in (self.body, self.message):
            os.unlink(file)


class Held:
    """So many of them, of one model."""

    def __init__(self, mesh, model, count=COUNT):
        self.url = f"http://{mesh.grpc.removeprefix('tcp://')}/millrace.gateway.v1.GatewayService/StreamCompletion"
        self.model, self.count, self.streams = model, count, []

    def __enter__(self):
        self.streams = [Stream(self.url, self.model) for _ in range(self.count)]
        return self

    def __exit__(self, *_):
        for stream in self.streams:
            stream.leave()

    def require_shown(self):
        """Each has its turn and every number from 1; those that go on do so."""
        gaps = [s.numbers for s in self.streams if not s.turn or s.numbers != list(range(1, len(s.numbers) + 1))]
        require(not gaps, f"{len(gaps)} held streams have no turn or a gap in their numbers: {gaps[:1]}")
        dumb = [s.silent for s in self.streams if not s.over and s.silent > SILENCE_SECONDS_MAX]
        require(not dumb, f"{len(dumb)} held streams neither went on nor ended: silent for {max(dumb, default=0):.1f} s")

    def none_ended(self):
        self.require_shown()
        over = [s.end for s in self.streams if s.over]
        require(not over, f"{len(over)} held streams of {self.model} ended: {over[:1]}")
        return f"{self.count} held gRPC streams went on"

    def interrupted(self):
        """What ended says why and where: a cursor that names the turn and the last event that this caller got."""
        self.require_shown()
        over = [s for s in self.streams if s.over]
        require(over, "none of the held streams was on the killed instance")
        for stream in over:
            reason, failure = fault(stream.end["details"])
            cursor = fields(failure.get(5, [b""])[0])
            at = (stream.end.get("grpc-status"), reason, cursor.get(1), cursor.get(2))
            expected = (ABORTED, "STREAM_INTERRUPTED", [stream.turn], [stream.numbers[-1]])
            require(at == expected, f"a held stream ended with {at} (expected: {expected})")
        return f"{len(over)} of {self.count} held gRPC streams ended INTERRUPTED with a cursor at their last event"

    def broke_off(self):
        """With the one process that could have said why: no caller may take that for an end, and each knows where it stood."""
        self.require_shown()
        over = [s for s in self.streams if s.over]
        require(over, "none of the held streams was on the killed instance")
        quiet = [s.end for s in over if s.end.get("grpc-status") == "0" or ("grpc-status" not in s.end and s.caller.returncode == 0)]
        require(not quiet, f"{len(quiet)} held streams were cut without a word: {quiet[:1]}")
        return f"{len(over)} of {self.count} held gRPC streams broke off with it, turn and last number in their callers' hands"
