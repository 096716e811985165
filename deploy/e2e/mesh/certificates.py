"""A certificate that others refuse, and whether an operator is told of it where something does not answer."""

import os
import re
import signal
import subprocess
import time

from broken import Broken, require
from callers import CLOUD

BILLING, SEEN_WITHIN_SECONDS = ("billing-1", "billing-2"), 20
UP_TO_THE_COMMAND = r"sidecar: (.+)\. Make a new one: (.+)"


def expired(mesh, folder):
    subprocess.run([mesh.certificates, folder, "billing"], check=True, env={**os.environ, "MILLRACE_CERTIFICATE_DAYS": "0"})


def of_another_name(mesh, folder):
    copy = folder / ".wrong"
    copy.write_bytes((folder / "classifier.sds.yaml").read_bytes())
    copy.rename(folder / "billing.sds.yaml")


# What is done, what `ps` says of the sidecar that shows it, and what a gateway says of billing.
CASES = (
    (expired, r"its certificate expired on \d{4}-\d\d-\d\d \d\d:\d\d UTC", "billing shows a certificate that has expired"),
    (of_another_name, r"its certificate is for spiffe://millrace/classifier \(expected: spiffe://millrace/billing\)",
     "billing shows a certificate that is not in its name"),
)


def bad_ones_are_named(mesh):
    """Those of billing are replaced and their connections ended: it runs, and no sidecar reaches it."""
    figures = []
    for case in CASES:
        mesh.wait_all_passing()
        folder = mesh.home / "mesh" / "certificates"
        case[0](mesh, folder)
        bad = (folder / "billing.sds.yaml").read_bytes()
        try:
            figures.append(named(mesh, *case[1:]))
        except Broken:
            # The supervisor looks at them every ten minutes, and had just mended this one.
            if (folder / "billing.sds.yaml").read_bytes() == bad:
                raise
            case[0](mesh, folder)
            figures.append(named(mesh, *case[1:]))
        finally:
            subprocess.run([mesh.certificates, folder, "billing"], check=True)
    return "; ".join(figures)


def named(mesh, of_the_sidecar, of_billing):
    command = until(lambda: advised(mesh, of_the_sidecar), "ps names no bad certificate")
    for name in BILLING:
        os.kill(mesh.pid(name, 1), signal.SIGKILL)
    told = until(lambda: with_words(mesh, of_billing, "chat", "-m", CLOUD, "hello"), f"chat does not say: {of_billing}")
    for words in (["budget"], ["status"], ["doctor"]):
        until(lambda: with_words(mesh, of_billing, *words), f"{words[0]} does not say: {of_billing}")
    for word in ("status", "doctor"):
        until(lambda: re.search(f"billing-1 and billing-2: sidecar: {of_the_sidecar}", said(mesh, word)),
              f"{word} does not say what ps says of the sidecars")
    subprocess.run(command, shell=True, check=True)
    mesh.wait_all_passing()
    until(lambda: not subprocess.run([mesh.command, "chat", "-m", CLOUD, "hello"], capture_output=True).returncode,
          f"no answer after {command}")
    return told


def advised(mesh, of_the_sidecar):
    """The command that `ps` gives for both, in the same words."""
    found = {re.fullmatch(UP_TO_THE_COMMAND, mesh.ps()[name]["health"]) for name in BILLING}
    told = {match and match.groups() for match in found}
    if len(told) == 1 and None not in told:
        [(what, command)] = told
        return command if re.fullmatch(of_the_sidecar, what) else None
    return None


def with_words(mesh, wanted, *command):
    """What it says, where it says so and names the next step; never that a service is to be looked for that runs."""
    words = said(mesh, *command)
    return words if wanted in words and "`millrace ps`" in words and "See whether" not in words else None


def said(mesh, *command):
    told = subprocess.run([mesh.command, *command], capture_output=True, text=True)
    return (told.stdout + told.stderr).strip()


def until(found, otherwise):
    end = time.monotonic() + SEEN_WITHIN_SECONDS
    while not (value := found()):
        require(time.monotonic() < end, f"{otherwise} within {SEEN_WITHIN_SECONDS} s")
        time.sleep(0.3)
    return value
