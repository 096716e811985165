"""gRPC and certificates with curl alone."""

import base64
import os
import pathlib
import struct
import subprocess
import tempfile

INFERENCE = "/millrace.inference.v1.InferenceService/"
# What every caller here says, so that it can be looked for where it must not be.
CANARY = "canaryprompt4c07"
SAID = f"hello {CANARY}"
ERROR_INFO, TURN_FAILURE = b"google.rpc.ErrorInfo", b"millrace.gateway.v1.TurnFailure"


def field(number, payload):
    if isinstance(payload, str):
        payload = payload.encode()
    size, length = len(payload), b""
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + payload


def varint(data, at):
    value = shift = 0
    while True:
        byte, at = data[at], at + 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def fields(message):
    """What a message holds: the values of each field by its number, texts and messages as bytes."""
    found, at = {}, 0
    while at < len(message):
        key, at = varint(message, at)
        if key & 7 == 0:
            value, at = varint(message, at)
        else:
            size, at = varint(message, at) if key & 7 == 2 else ({1: 8, 5: 4}[key & 7], at)
            value, at = message[at:at + size], at + size
        found.setdefault(key >> 3, []).append(value)
    return found


def fault(details):
    """The reason and the TurnFailure of a status's details; of what is not there, nothing."""
    reason, failure = "", {}
    for detail in map(fields, fields(details).get(3, [])):
        kind, value = detail[1][0].rpartition(b"/")[2], fields(detail.get(2, [b""])[0])
        if kind == ERROR_INFO:
            reason = value[1][0].decode()
        elif kind == TURN_FAILURE:
            failure = value
    return reason, failure


def frames(body):
    """The messages of a body with their kinds, but for one that has not come to its end."""
    found = []
    while len(body) >= 5:
        kind, length = struct.unpack(">BI", body[:5])
        if len(body) < 5 + length:
            break
        found.append((kind, body[5:5 + length]))
        body = body[5 + length:]
    return found


def completion(model, clearance=""):
    message = b"\x08\x03" + field(2, field(1, SAID))
    request = field(1, "e2e/1") + field(2, "e2e") + field(3, message) + field(4, model)
    if clearance:
        request += field(10, b"\x08\x01" + field(2, clearance))
    return request


def prompt(model):
    """What a caller sends to the gateway."""
    return field(2, b"\x08\x03" + field(2, field(1, SAID))) + field(3, model)


def trailers(told):
    """Headers and trailers by name; what grpc-status-details-bin says, as bytes."""
    found = {}
    for line in told.decode(errors="replace").splitlines():
        name, _, value = line.partition(":")
        found[name.strip().lower()] = value.strip()
    details = found.get("grpc-status-details-bin", "")
    return {**found, "details": base64.b64decode(details + "=" * (-len(details) % 4))}


def grpc_command(url, message, headers=(), identity=None, body="/dev/null"):
    """A curl that calls a method; its message stands in a file that the caller removes, the answer's come to another at once.

    Without a message the call ends with its headers: curl does not show an answer that comes before its own last frame.
    """
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(b"\0" + len(message or b"").to_bytes(4, "big") + (message or b""))
    # With TLS 1.3 a refused certificate shows only after the handshake, and not always in words.
    words = ["curl", "-sS", "-k", "-m", "60", "--tls-max", "1.2", "-N", "-D", "-", "-o", body, "-X", "POST"]
    words += [] if message is None else ["--data-binary", f"@{file.name}"]
    words += ["--http2" if url.startswith("https") else "--http2-prior-knowledge"]
    if identity:
        words += ["--cert", identity, "--key", identity]
    for header in ("content-type: application/grpc", "te: trailers", *headers):
        words += ["-H", header]
    return words + [url], file.name


def grpc(url, message, headers=(), identity=None):
    """The status of a call, or what the connection said."""
    words, file = grpc_command(url, message, headers, identity)
    try:
        told = subprocess.run(words, capture_output=True, text=True)
    finally:
        os.unlink(file)
    for line in told.stdout.lower().splitlines():
        if line.startswith("grpc-status:"):
            return int(line.split(":")[1])
    return told.stderr.strip() or told.stdout.strip() or "no answer"


def identity_of(folder, service):
    """Certificate and key of a service in one file, as curl reads them."""
    lines, pem, inside = (pathlib.Path(folder) / f"{service}.sds.yaml").read_text().splitlines(), [], False
    for line in map(str.strip, lines):
        inside = inside or line.startswith("-----BEGIN")
        if inside:
            pem.append(line)
        inside = inside and not line.startswith("-----END")
    path = pathlib.Path(folder) / f"{service}.e2e.pem"
    path.write_text("\n".join(pem) + "\n")
    return str(path)
