"""What was in the hands of an instance when it died, as its own sidecar, which lives on, wrote it down."""

import time

from fleet import seconds_of

# Sidecars write down a call about a second after its end.
WRITTEN_AFTER = 2.5
# Envoy's words for a connection that ended with a call on it.
LOST = {"UC", "UPE"}


def lost_calls(mesh, instance, since):
    """By the name of a call: whether its answer had begun when the service behind this sidecar was gone."""
    time.sleep(WRITTEN_AFTER)
    return {call["request_id"]: "after_response_started" in str(call["denied_by"])
            for call in mesh.calls(instance)
            if call["listener"].startswith("ingress") and LOST & set(str(call["flags"]).split(","))
            and seconds_of(call["start"]) + call["millis"] / 1000 >= since - 0.1}


def excused(service, lost):
    """The names of those calls that nobody may repeat, because they may have been done, or paid for.

    What a node computed and nobody saw is done again by another one, until its answer has begun. What judges or writes down is
    keyed by an id and repeated whatever had happened.
    """
    if service in ("gateway", "cloud-relay"):
        return set(lost)
    if service == "local-inference":
        return {name for name, begun in lost.items() if begun}
    return set()
