"""What the outer door and the services' own doors do with calls of pages, and with calls that are none."""

import pathlib
import re
import shutil
import struct
import subprocess

from broken import require
from callers import LOCAL, LOCAL_STREAM
from wire import field, frames, grpc, prompt

METHOD = "/millrace.gateway.v1.GatewayService/StreamCompletion"
ORIGIN = "http://localhost:3000"
SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples" / "run"
LANGUAGES = ("java", "python", "go", "typescript")
CASES = ("prints the answer", "stops an answer that it has enough of", "tells the reason of a refusal",
         "ends with an error when nobody listens", "is out of time by its status")
INVALID_ARGUMENT, INTERNAL = 3, 13


def pages_call_over_grpc_web(mesh):
    """A browser's two steps: it asks whether it may, then calls; the answer's trailers come as a last frame of the body."""
    url = mesh.grpc.replace("tcp://", "http://") + METHOD
    asked = curl("-X", "OPTIONS", "-D", "-", "-H", f"origin: {ORIGIN}", "-H", "access-control-request-method: POST",
                 "-H", "access-control-request-headers: content-type,x-grpc-web", url).decode().lower()
    require(asked.startswith("http/1.1 200") and f"access-control-allow-origin: {ORIGIN}" in asked, f"preflight: {asked}")
    stranger = curl("-X", "OPTIONS", "-D", "-", "-H", "origin: https://evil.example", "-H", "access-control-request-method: POST",
                    url).decode().lower()
    require("access-control-allow-origin" not in stranger, f"a strange origin: {stranger}")
    message = prompt(LOCAL)
    body = curl("--data-binary", "@-", "-H", f"origin: {ORIGIN}", "-H", "content-type: application/grpc-web+proto",
                "-H", "x-grpc-web: 1", url, given=struct.pack(">BI", 0, len(message)) + message)
    kinds, messages = zip(*frames(body))
    require(kinds.count(0) >= 8 and kinds[-1] == 0x80, f"frames: {kinds}")
    require(b"grpc-status:0" in messages[-1].replace(b" ", b""), f"trailers: {messages[-1]}")
    return f"preflight answered, {kinds.count(0)} messages and the trailers in one body; a strange origin is refused"


def samples_are_answered(mesh):
    """The callers' samples, built as a caller would build them, at the outer door."""
    told = subprocess.run([SAMPLES, mesh.grpc.removeprefix("tcp://"), LOCAL_STREAM], capture_output=True, text=True, timeout=600)
    words = told.stdout + told.stderr
    require(told.returncode == 0, words)
    languages = re.findall(r"^ok +(\S+) prints the answer", words, re.MULTILINE)
    for case in CASES:
        played = re.findall(rf"^ok +(\S+) {case}$", words, re.MULTILINE)
        require(set(languages) <= set(played), f"{case}: played by {', '.join(played)} alone:\n{words}")
    lines = ", ".join(f"{language} {count}" for language, count in re.findall(r"^ok +(\S+) takes ([0-9]+) lines", words, re.MULTILINE))
    lacking = [language for language in with_tools() if language not in languages]
    require(not lacking, f"the tools of {', '.join(lacking)} are here, and its sample was not run:\n{words}")
    skipped = dict(re.findall(r"^skip +(\S+): (.+)$", words, re.MULTILINE))
    silent = [language for language in LANGUAGES if language not in languages and language not in skipped]
    require(not silent, f"neither run nor skipped with a reason: {', '.join(silent)}:\n{words}")
    reasons = "; ".join(f"{language}: {why}" for language, why in skipped.items())
    return (f"{', '.join(languages)}: an answer, one stopped, a refusal and a deadline told with their reasons; "
            f"lines of code: {lines}; skipped: {reasons or 'none'}")


def with_tools():
    """The languages of which this machine has what a caller would build with; Java is what Millrace itself was built with."""
    venv = subprocess.run(["python3", "-c", "import venv, ensurepip"], capture_output=True).returncode == 0
    here = {"java": True, "python": venv, "go": shutil.which("go"), "typescript": shutil.which("npm") and shutil.which("node")}
    return [language for language in LANGUAGES if here[language]]


def curl(*words, given=None):
    return subprocess.run(["curl", "-sS", "-m", "30", *words], input=given, capture_output=True, check=True).stdout


def what_is_no_message_is_refused(mesh):
    """Bytes that are no message end the one call that brought them, by a status that ejects no healthy instance."""
    told = {}
    for service, method in (
            ("gateway", METHOD),
            ("classifier", "/millrace.classifier.v1.ClassifierService/ClassifyPrompt"),
            ("billing", "/millrace.billing.v1.BillingService/SettleUsage"),
            ("local-inference", "/millrace.inference.v1.InferenceService/StreamCompletion")):
        port = mesh.port(f"{service}-1", "service")
        told[service] = grpc(f"http://127.0.0.1:{port}{method}", b"\xff\xff\xff\xff")
        words = (mesh.home / "logs" / f"{service}-1.out.log").read_text() + (mesh.home / "logs" / f"{service}-1.log").read_text()
        require("InvalidProtocolBufferException" not in words, f"{service} wrote a stack trace")
        not_text = grpc(f"http://127.0.0.1:{port}{method}", field(1, b"\xff\xfe"))
        require(not_text in (INVALID_ARGUMENT, INTERNAL), f"{service}: {not_text} for text that is no UTF-8")
    require(set(told.values()) <= {INVALID_ARGUMENT, INTERNAL}, f"{told} (expected: INVALID_ARGUMENT or INTERNAL)")
    return ", ".join(f"{service}: {status}" for service, status in told.items()) + ", no stack trace"
