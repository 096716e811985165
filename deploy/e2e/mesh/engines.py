"""A node whose engines die while it lives itself. It stands beside those of the mesh, with an engine that is its alone."""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from broken import require
from callers import LOCAL, LOCAL_STREAM, STREAM_WORDS, Load, describe
from fleet import seconds_of
from hands import WRITTEN_AFTER
from registry import consul
from wire import fields, frames, grpc_command

NODE = "local-inference-99"
NOT_SERVING = 2
# A node asks its engines every 5 s, and believes the second that finds none; Consul asks it once a second.
TOLD_WITHIN, BACK_WITHIN = 15, 15
# Sidecars hear of it in less than a second.
HEARD_WITHIN, QUIET_SECONDS = 2, 5
# So many that every other node has some of each gateway's: the one that refuses at once is the least busy of all.
STREAMS = 8


def dead_engines_take_a_node_out(mesh):
    """Nobody notices: what it refuses another node answers, and what it says of its models no gateway takes for the others' word."""
    mesh.at_least("local-inference", 2)
    with tempfile.TemporaryDirectory(prefix="millrace-e2e-") as folder, Node(mesh, folder) as node:
        within(60, lambda: node.checks() == ["passing", "passing"], "the node beside the mesh is not passing")
        with Load(mesh.base, [LOCAL_STREAM], STREAMS, streamed=True, words=STREAM_WORDS) as streams, Load(mesh.base, [LOCAL]) as load:
            within(30, lambda: node.generations(0), "the node beside the mesh took no call while its engine lived")
            node.kill_engine()
            killed = time.time()
            said = within(TOLD_WITHIN, lambda: node.health() == NOT_SERVING, "the node still says that it serves")
            critical = said + within(TOLD_WITHIN, lambda: "critical" in node.checks(), "Consul still says that it passes")
            time.sleep(HEARD_WITHIN)
            quiet = time.time()
            time.sleep(QUIET_SECONDS)
            asked = time.time()
            time.sleep(WRITTEN_AFTER)
            late = node.generations(quiet, asked)
            refused = [call for call in node.generations(killed, quiet) if call["grpc_status"] != "OK"]
            answered = sum(quiet <= answer.begin < asked for answer in load.answers if answer.good())
            node.start_engine()
            back = time.time()
            passing = within(BACK_WITHIN, lambda: node.checks() == ["passing", "passing"], "Consul does not say that it passes again")
            within(15, lambda: node.generations(back), "no call came to it again")
    taken = seconds_of(min(call["start"] for call in node.generations(back))) - back
    require(not load.failed() and not streams.failed(), describe(load, streams))
    require(refused, "no call came to it after its engine's death, so nothing was shown")
    require(answered and not late, f"{answered} calls were answered without it, {len(late)} were sent to it (expected: none)")
    return (f"{len(load.answers)} calls and {len(streams.answers)} streams, 0 failed; {len(refused)} tries were refused by it after its "
            f"engine's kill -9 and made elsewhere; NOT_SERVING after {said:.1f} s, critical at Consul after {critical:.1f} s, none of "
            f"{answered} calls was sent to it then; passing {passing:.1f} s after its engine's return, a call after {taken:.1f} s")


def within(seconds, holds, complaint):
    """How long it took."""
    begin = time.monotonic()
    while not holds():
        require(time.monotonic() < begin + seconds, f"{complaint} within {seconds} s")
        time.sleep(0.1)
    return time.monotonic() - begin


class Node:
    """Its program, its sidecar as `mesh render` writes it, and its engine."""

    def __init__(self, mesh, folder):
        self.mesh, self.folder, self.port = mesh, pathlib.Path(folder), mesh.port_base + 1180
        # As many as those of the mesh: of nodes alike a sidecar takes the least busy one, which is always the one that refuses.
        self.slots = next(one["ServiceMeta"]["slots"] for one in consul(mesh, "/v1/catalog/service/local-inference"))
        self.ended = contextlib.ExitStack()

    def __enter__(self):
        try:
            self.start_engine()
            self.start_sidecar()
            self.start_service()
            return self
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self.ended.close()

    def start_engine(self):
        script = pathlib.Path(__file__).with_name("engine.py")
        self.engine = self.keep(subprocess.Popen([sys.executable, script, str(self.port + 5), LOCAL]))

    def kill_engine(self):
        self.engine.kill()
        self.engine.wait()

    def start_sidecar(self):
        self.mesh.millrace("mesh", "render", "--service", "local-inference", "--instance", NODE, "--home", str(self.mesh.home),
                           "--first-port", str(self.port), "--out", str(self.folder))
        told = subprocess.run([pathlib.Path(self.mesh.certificates).with_name("install"), "--check"], capture_output=True, text=True).stdout
        envoy = dict(line.split(" ", 1) for line in told.splitlines())["envoy"]
        self.ended.callback((self.mesh.home / "mesh" / "admin" / NODE).unlink, missing_ok=True)
        self.keep(subprocess.Popen([envoy, "--disable-hot-restart", "--concurrency", "1", "-c", self.folder / f"{NODE}.yaml",
                                    "--log-level", "warning"], stderr=subprocess.DEVNULL))

    def start_service(self):
        """As a node of the mesh was started, but for its place and its engines."""
        pid, home = self.mesh.pid("local-inference-1"), self.folder / "home"
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
        env = dict(line.split("=", 1) for line in pathlib.Path(f"/proc/{pid}/environ").read_text().rstrip("\0").split("\0"))
        home.mkdir()
        (home / "config.yml").write_text(f"""local-inference:
  embedded:
    enabled: false
  engines:
    - kind: openai
      url: http://127.0.0.1:{self.port + 5}
      slots: {self.slots}
""")
        words[words.index("--home") + 1], words[words.index("--config") + 1] = str(home), str(home / "config.yml")
        own = {"--local-inference.grpc.listen": f"tcp://127.0.0.1:{self.port}",
               "--local-inference.billing.target": f"sidecar://127.0.0.1:{self.port + 2}/billing"}
        words = [word for word in words if word.partition("=")[0] not in own] + [f"{key}={value}" for key, value in own.items()]
        env |= {"MILLRACE_INSTANCE": NODE, "MILLRACE_INGRESS": f"127.0.0.1:{self.port + 1}"}
        self.keep(subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def keep(self, process):
        """Ended with the others, the last first: told to, so that a service leaves Consul by itself."""
        def end():
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

        self.ended.callback(end)
        return process

    def health(self):
        body = self.folder / "health"
        words, message = grpc_command(f"http://127.0.0.1:{self.port}/grpc.health.v1.Health/Check", b"", body=str(body))
        try:
            subprocess.run(words, capture_output=True)
        finally:
            os.unlink(message)
        return next((fields(told).get(1, [0])[0] for _, told in frames(body.read_bytes())), 0)

    def checks(self):
        """What Consul says of its program and of its sidecar."""
        known = [one for one in consul(self.mesh, "/v1/health/service/local-inference") if one["Service"]["ID"] == NODE]
        return [check["Status"] for one in known for check in one["Checks"] if check["CheckID"].startswith(NODE)]

    def generations(self, since, until=float("inf")):
        """The prompts that came to its sidecar in that time."""
        return [call for call in self.mesh.calls(NODE) if call["listener"] == "ingress" and call["path"].endswith("StreamCompletion")
                and since <= seconds_of(call["start"]) < until]
