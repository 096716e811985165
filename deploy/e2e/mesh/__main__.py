"""The promises of `run`: what is done to a running mesh, and what its callers must see.

Called by the script beside this folder: `words [WORD …]` says whether each fits a promise, `config CLOUD KEY_FILE` prints the
operator's file and writes the key that it names, `run HOME COMMAND PORT_BASE CERTIFICATES [WORD …]` plays. The cloud of the tests is
at once the local engine, so that a model's name says how long an answer takes; what follows an @ is known to the relay alone.
"""

import pathlib
import signal
import subprocess
import sys
import time
import traceback

import canary
import certificates
import chosen
import deaths
import doors
import ends
import engines
import failover
import frozen
import refusals
import registry
import restarts
import steady
import support
import traces
from broken import Broken
from callers import CLOUD, CLOUD_STREAM, CLOUD_WAITING, SLOTS, WAITING
from fleet import Mesh


def config(cloud, key_file):
    """What an operator would write: a local engine, cloud models with their prices, one of which stands in for local ones."""
    pathlib.Path(key_file).write_text(canary.CLOUDS_KEY + "\n")
    print(f"""local-inference:
  engines:
    - kind: openai
      url: {cloud.removesuffix("/v1")}
      slots: {SLOTS}
cloud-relay:
  providers:
    fake:
      base-url: {cloud}
      auth: bearer
      key: file:{key_file}
      models:""")
    for model in (CLOUD, CLOUD_STREAM, CLOUD_WAITING):
        print(f"""        - id: "{model}"
          aliases: ""
          context-length: 131072
          max-output-tokens: 8192
          capabilities: chat, tools""")
    print("billing:\n  prices:")
    for model in (CLOUD, CLOUD_STREAM, CLOUD_WAITING):
        print(f"""    - model: "{model}"
      input: 1.00 USD
      output: 2.00 USD
      source: a test""")
    print(f"""gateway:
  policy:
    fallbacks: ["{WAITING}={CLOUD}"]""")


PROMISES = {
    "the whole mesh is healthy in time": steady.healthy_in_time,
    "Consul knows what each instance is": registry.knows_what_each_is,
    "ps tells a line for each instance": steady.ps_is_a_table,
    "ps tells who hangs": frozen.ps_tells_who_hangs,
    "each service takes at most 160 MB": steady.memory_is_modest,
    "both doors answer through the edge": steady.both_doors_answer,
    "one prompt is one trace through every sidecar": traces.one_trace,
    "logs -f shows what is written from now on": steady.logs_go_on,
    "a page calls over gRPC-Web": doors.pages_call_over_grpc_web,
    "callers' samples in four languages": doors.samples_are_answered,
    "bytes that are no message": doors.what_is_no_message_is_refused,
    "added nodes take calls within 3 s of SERVING": steady.added_nodes_take_calls,
    "kill -9 one instance of each service under load": deaths.kill_one_of_each,
    "a relay dies with prompts in its hands": deaths.lost_prompts_are_paid_once,
    "every classifier dies under load": deaths.no_classifier_is_left,
    "kill -9 one of two billings under load": support.one_of_two_billings_dies,
    "PostgreSQL restarted under load": support.database_restarts,
    "a ledger in a file, a collector elsewhere": chosen.chosen_otherwise,
    "a node whose engines are dead takes no calls": engines.dead_engines_take_a_node_out,
    "one of three nodes full": steady.full_node_is_passed_by,
    "a call that names an instance": steady.named_instance_is_reached,
    "no clearance, straight at the relay's sidecar": refusals.clearance_at_the_sidecar,
    "strangers at a sidecar: wrong name, expired, none": refusals.strangers_are_refused,
    "bad certificates are told by name": certificates.bad_ones_are_named,
    "certificates renewed under load": restarts.certificates_renewed,
    "rolling restart of each service under load": restarts.rolling_restart,
    "streams longer than a restart waits are told": restarts.long_streams_are_told,
    "Consul dead, then back without memory": support.consul_is_not_needed,
    "an instance that is gone for good is forgotten": registry.the_dead_are_forgotten,
    "failover when all local nodes die": failover.failover_to_the_cloud,
    "collector killed under load": support.collector_dies,
    "cost, routes, queue, slots and tries are measured": traces.what_is_measured,
    "no message, answer or key is written down": canary.nothing_is_written_down,
    "no message at the deepest level, as JSON": canary.nothing_is_written_down_at_any_level,
    "bad input stops the start and what it had started": refusals.bad_input_stops_the_start,
    "down leaves no process, port or entry": ends.down_leaves_nothing,
    "down after the supervisor was killed": ends.down_after_a_killed_supervisor,
}


def unknown(words):
    """Says which words fit no promise, and how the promises are called."""
    strange = [word for word in words if not any(word in name for name in PROMISES)]
    if strange:
        print(f"error: no promise has {' or '.join(map(repr, strange))} in its name. The promises:", file=sys.stderr)
        print("\n".join(f"  {name}" for name in PROMISES), file=sys.stderr)
    return bool(strange)


def play(mesh, words):
    passed = failed = 0
    for name, promise in PROMISES.items():
        if words and not any(word in name for word in words):
            continue
        start = time.monotonic()
        try:
            figure = promise(mesh)
            passed += 1
            print(f"ok    {name}: {figure}   [{time.monotonic() - start:.0f} s]", flush=True)
        except (Broken, OSError, subprocess.SubprocessError, LookupError, ValueError) as failure:
            failed += 1
            print(f"FAIL  {name}   [{time.monotonic() - start:.0f} s]\n      {type(failure).__name__}: {failure}", flush=True)
            if not isinstance(failure, Broken):
                traceback.print_exc(file=sys.stdout)
    print(f"{passed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    # Where this was started in the background, Ctrl-C is ignored, and would be by every command that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.argv[1] == "words":
        sys.exit(2 if unknown(sys.argv[2:]) else 0)
    elif sys.argv[1] == "config":
        config(*sys.argv[2:4])
    else:
        home, command, port_base, certificates = sys.argv[2:6]
        sys.exit(1 if play(Mesh(home, command, port_base, certificates), sys.argv[6:]) else 0)
