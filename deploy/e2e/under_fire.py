"""The faults of `under-fire`: what the cloud does, what the caller must see, and the calls that find out.

Called by the script beside it: `config CLOUD` prints the operator's file, `run CLOUD HTTP LOG COMMAND [WORD …]` plays.
A fault is chosen by the model's name (see CloudScript of the fake cloud); every call has a model and a fallback of its own,
told apart by what follows the @, so that several can run at once and every attempt in the log belongs to one.
"""

import concurrent.futures
import http.client
import json
import subprocess
import sys
import time
import urllib.parse

INPUT_NANO_USD, OUTPUT_NANO_USD = 1000, 2000  # a token, as the operator's file prices it
CALL_SECONDS_MAX = 100
CALLS_AT_ONCE = 8
WARM_UP_CALLS = 40
OUTAGE_SECONDS, OUTAGE_CALL_EVERY, RECOVERY_SECONDS_MAX = 60, 4, 30
WARM_UP_MODEL = "words-8@warm"
WINDOW, LARGER_WINDOW = 131072, 1047576


class Fault:
    """One row of the table: a script of the cloud, its fallback, and what must come of it.

    `words` is the length of the primary's own whole answer; 0: it has none.
    """

    def __init__(self, name, script, must, words=0, fallback="words-60", larger=False):
        self.name, self.script, self.must = name, script, must
        self.words, self.fallback, self.larger = words, fallback, larger


class Case:
    """A fault met by a streamed or a whole answer."""

    def __init__(self, number, fault, streamed):
        self.fault, self.streamed = fault, streamed
        mark = f"{number}{'s' if streamed else 'w'}"
        self.model = f"{fault.script}@{mark}"
        self.fallback = f"{fault.fallback}@{mark}f"
        self.name = f"{fault.name} ({'streamed' if streamed else 'whole'})"
        self.problems = []
        self.notes = []

    def require(self, good, problem):
        if not good:
            self.problems.append(problem)


class Answer:
    """What a caller got: of a stream its text so far and how it ended, of a whole answer the same."""

    def __init__(self):
        self.status, self.headers = 0, {}
        self.text, self.model, self.finish, self.usage, self.error = "", "", "", None, None
        self.pieces = 0
        self.done = False
        self.broken = ""
        self.seconds = 0.0

    def whole(self):
        return self.status == 200 and self.error is None and self.finish == "stop" and not self.broken


def ask(base, model, streamed):
    """One call; never raises for what the other side does."""
    answer, begin = Answer(), time.monotonic()
    url = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=CALL_SECONDS_MAX)
    body = {"model": model, "messages": [{"role": "user", "content": "hello"}]}
    if streamed:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    path = url.path.rstrip("/").removesuffix("/v1") + "/v1/chat/completions"
    try:
        connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
        response = connection.getresponse()
        answer.status = response.status
        answer.headers = {name.lower(): value for name, value in response.getheaders()}
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            read_stream(response, answer)
        else:
            read_whole(json.loads(response.read()), answer)
    except (OSError, http.client.HTTPException, ValueError) as failure:
        answer.broken = repr(failure)
    finally:
        connection.close()
    answer.seconds = time.monotonic() - begin
    return answer


def read_stream(response, answer):
    named_error = False
    for line in response:
        line = line.decode().rstrip("\r\n")
        if line == "event: error":
            named_error = True
        if not line.startswith("data: "):
            continue
        if line == "data: [DONE]":
            answer.done = True
            continue
        chunk = json.loads(line[len("data: "):])
        if "error" in chunk:
            answer.error = chunk["error"]
            if not named_error:
                answer.broken = "an error without its event name: one client takes it for a whole answer"
            continue
        answer.model = chunk.get("model", answer.model)
        answer.usage = chunk.get("usage") or answer.usage
        for choice in chunk.get("choices", []):
            answer.text += choice["delta"].get("content") or ""
            answer.pieces += bool(choice["delta"].get("content"))
            answer.finish = choice.get("finish_reason") or answer.finish


def read_whole(body, answer):
    answer.done = True
    answer.error = body.get("error")
    answer.model = body.get("model", "")
    answer.usage = body.get("usage")
    for choice in body.get("choices", []):
        answer.text += choice["message"].get("content") or ""
        answer.finish = choice["finish_reason"]


class Run:
    """The running program, its cloud, and the cloud's log."""

    def __init__(self, cloud, base, log, command):
        self.cloud, self.base, self.log, self.command = cloud, base, log, command
        self.texts = {}

    def text(self, words):
        """The exact text of an answer of so many words, asked of the cloud itself."""
        if words not in self.texts:
            self.texts[words] = ask(self.cloud, f"words-{words}@reference", False).text
        return self.texts[words]

    def tries(self, model):
        """When the cloud was asked for a model, seconds since 1970."""
        with open(self.log, encoding="utf-8") as lines:
            events = [json.loads(line) for line in lines if line.endswith("\n")]
        return [e["millis"] / 1000 for e in events if e["event"] == "asked" and e["model"] == model]

    def turn(self, turn_id):
        told = subprocess.run([self.command, "turn", turn_id, "-o", "json"], capture_output=True, text=True)
        return json.loads(told.stdout)["turn"] if told.returncode == 0 else None

    def play(self, case):
        answer = ask(self.base, case.model, case.streamed)
        case.answer = answer
        case.primary, case.moved = self.tries(case.model), self.tries(case.fallback)
        case.fault.must(self, case, answer)
        return case


# ---- What must come of a fault ----


def whole_answer(run, case, answer):
    """The exact text, from the primary or from the fallback, with its usage and under the name of the model that gave it."""
    case.require(answer.whole(), f"no whole answer: {describe(answer)}")
    if not answer.whole():
        return
    moved = bool(case.moved)
    words = fallback_words(case) if moved else case.fault.words
    case.require(answer.text == run.text(words), f"not the text of {words} words: {len(answer.text)} characters")
    case.require(answer.done, "no [DONE]")
    case.require((answer.usage or {}).get("completion_tokens") == words, f"usage: {answer.usage}")
    expected = case.fallback if moved else case.model
    case.require(answer.model == expected, f"the answer names {answer.model} (expected: {expected})")
    bill(run, case, answer.usage)


def fallback_words(case):
    return int(case.fault.fallback.rsplit("-", 1)[1])


def bill(run, case, usage):
    """Charged is what the answer says it used; of an answer without one, nothing."""
    turn = run.turn(case.answer.headers.get("x-request-id", ""))
    if turn is None:
        case.require(False, "the ledger does not know the turn")
        return
    charged = int(turn.get("charge", {}).get("chargedNanoUsd", 0))
    due = usage["prompt_tokens"] * INPUT_NANO_USD + usage["completion_tokens"] * OUTPUT_NANO_USD if usage else 0
    case.require(charged == due, f"charged {charged} nano-USD (expected: {due})")
    case.notes.append(f"charged {charged} nUSD")


def typed_error(run, case, answer, status, code):
    case.require(answer.error is not None, f"no error: {describe(answer)}")
    if answer.error is None:
        return
    case.require(set(answer.error) >= {"message", "type", "param", "code"}, f"the error lacks keys: {answer.error}")
    case.require(answer.status == status, f"status {answer.status} (expected: {status})")
    case.require(answer.error.get("code") == code, f"code {answer.error.get('code')} (expected: {code})")
    about = answer.error.get("millrace", {})
    case.require(bool(about.get("turn_id")), f"the error names no turn: {about}")
    if answer.text:
        case.require(about.get("sequence", 0) > answer.pieces, f"no cursor behind {answer.pieces} pieces: {about}")
    bill(run, case, None)


def cut(words):
    """A stream that has shown tokens ends as an error, and shows nothing wrong; a whole answer comes from the fallback."""

    def must(run, case, answer):
        case.require(answer.seconds <= 45, "took longer than 45 s")
        if not case.streamed:
            whole_answer(run, case, answer)
            return
        typed_error(run, case, answer, 200, "stream_interrupted")
        case.require(answer.done, "no [DONE] behind the error")
        case.require(not answer.finish, f"a cut answer says finish_reason {answer.finish}")
        case.require(answer.text == run.text(words), f"shown: {len(answer.text)} characters, not those of {words} words")
        case.require(not case.moved, "the fallback was asked although tokens had been shown")

    return must


def cut_without_prefill(words):
    def must(run, case, answer):
        cut(words)(run, case, answer)
        told = json.dumps(answer.error)
        case.require("prefill" not in told and "last message" not in told, f"the error is the fallback's refusal: {told}")

    return must


def rate_limited_once(run, case, answer):
    whole_answer(run, case, answer)
    case.require(len(case.primary) == 2, f"primary tried {len(case.primary)} times (expected: 2)")
    apart = case.primary[-1] - case.primary[0]
    case.require(apart >= 1.8, f"tries {apart:.1f} s apart (expected: 1.8 or more)")
    case.notes.append(f"{apart:.2f} s apart")


def always_failing(run, case, answer):
    whole_answer(run, case, answer)
    tries = sorted(case.primary + case.moved)
    early = sum(1 for one in tries if one - tries[0] <= 3)
    case.require(early <= 4, f"{early} tries in 3 s (expected: at most 4)")
    case.require(len(tries) <= 6, f"{len(tries)} tries in all (expected: at most 6)")
    case.require(len(case.moved) == 1, f"the fallback was asked {len(case.moved)} times")


def recovers(run, case, answer):
    whole_answer(run, case, answer)


def silent(run, case, answer):
    whole_answer(run, case, answer)
    case.require(len(case.primary) == 1, f"the silent primary was tried {len(case.primary)} times (expected: 1)")
    case.require(answer.seconds <= 25, "took longer than 25 s")


def late_token(run, case, answer):
    whole_answer(run, case, answer)
    case.require(bool(case.moved), "the fallback was not asked")
    case.require(answer.seconds <= 15, "took longer than 15 s")


def broken_event(run, case, answer):
    if not case.streamed:
        whole_answer(run, case, answer)
        return
    cut(10)(run, case, answer)


def no_end(run, case, answer):
    whole_answer(run, case, answer)
    case.require(answer.seconds <= 8, "took longer than 8 s")
    case.require(not case.moved, "the fallback was asked for an answer that was there")


def too_long(run, case, answer):
    case.require(len(case.primary) == 1, f"the primary was tried {len(case.primary)} times (expected: 1)")
    if case.fault.larger:
        whole_answer(run, case, answer)
    else:
        typed_error(run, case, answer, 400, "context_length_exceeded")
        case.require(not case.moved, "a fallback with the same window was asked for the same prompt")


def filtered(run, case, answer):
    typed_error(run, case, answer, 400, "content_filter")
    case.require(len(case.primary) == 1, f"the primary was tried {len(case.primary)} times (expected: 1)")
    case.require(not case.moved, "the fallback was asked for what was refused")


def outage(run, case, answer):
    """Keeps calling through the outage; `answer` is the first call's."""
    begin, recovery = time.monotonic(), case.primary[0] + OUTAGE_SECONDS
    calls, answered, back = 1, int(answer.whole()), None
    while back is None and time.time() < recovery + RECOVERY_SECONDS_MAX + OUTAGE_CALL_EVERY:
        time.sleep(max(0.0, begin + calls * OUTAGE_CALL_EVERY - time.monotonic()))
        asked = time.time()
        one = ask(run.base, case.model, case.streamed)
        calls += 1
        words = 8 if one.model == case.model else fallback_words(case)
        good = one.whole() and one.text == run.text(words)
        answered += int(good)
        case.require(good, f"call {calls}: {describe(one)}")
        if one.model == case.model:
            back = asked
    case.require(answer.whole(), f"call 1: {describe(answer)}")
    late = None if back is None else back - recovery
    case.require(late is not None and late <= RECOVERY_SECONDS_MAX, f"the primary was used again after {late} s")
    tries = [t for t in run.tries(case.model) if t < recovery]
    case.notes.append(f"{answered} of {calls} answered, {len(tries)} tries during the outage, "
                      f"primary back after {late if late is None else round(late, 1)} s")


FAULTS = [
    Fault("first try 429 with Retry-After 2, then ok", "rate-limited-once-2", rate_limited_once, words=8),
    Fault("always 429", "rate-limited-1", always_failing),
    Fault("always 503", "unavailable", always_failing),
    Fault("first try 500, then ok", "fails-once-1", recovers, words=8),
    Fault("reset before any byte, then ok", "resets-once-1", recovers, words=8),
    Fault("accepts, then silent", "silent", silent),
    Fault("headers at once, first token after 20 s", "late-token-20000", late_token),
    Fault("dies after 40 words", "dies-after-40", cut(40)),
    Fault("stalls after 20 words", "stalls-after-20", cut(20)),
    Fault("dies after 40 words, fallback without prefill", "dies-after-40", cut_without_prefill(40), fallback="no-prefill-60"),
    Fault("stalls after 20 words, fallback without prefill", "stalls-after-20", cut_without_prefill(20), fallback="no-prefill-60"),
    Fault("one invalid event after 10 words", "invalid-json-after-10", broken_event),
    Fault("[DONE] missing, body ended", "no-done", no_end, words=8),
    Fault("[DONE] missing, connection open", "no-end-24", no_end, words=24),
    Fault("400 context_length_exceeded, larger fallback", "context-too-long", too_long, larger=True),
    Fault("400 context_length_exceeded, no larger fallback", "context-too-long", too_long),
    Fault("400 content filter", "content-filter", filtered),
    Fault(f"503 for {OUTAGE_SECONDS} s, then ok", f"outage-{OUTAGE_SECONDS}", outage, words=8),
]
# The longest first, so that the others run beside them.
FAULTS.sort(key=lambda fault: not fault.script.startswith(("outage", "stalls")))
CASES = [Case(number, fault, streamed) for number, fault in enumerate(FAULTS) for streamed in (True, False)]


def describe(answer):
    return (f"status {answer.status}, {len(answer.text)} characters, finish {answer.finish or 'none'}, "
            f"error {json.dumps(answer.error)} {answer.broken}")


# ---- The two programs ----


def config(cloud):
    """What an operator would write: a provider of listed models, their prices, and a fallback for each."""
    windows = {WARM_UP_MODEL: WINDOW}
    for case in CASES:
        windows[case.model] = WINDOW
        windows[case.fallback] = LARGER_WINDOW if case.fault.larger else WINDOW
    print("cloud-relay:\n  patience:\n    first-token: 30s\n  retry:\n    tries-max: 3\n  providers:\n    fake:")
    print(f"      base-url: {cloud}\n      auth: none\n      models:")
    for model, window in windows.items():
        print(f'        - id: "{model}"\n          aliases: ""\n          context-length: {window}')
        print("          max-output-tokens: 8192\n          capabilities: chat, tools")
    print("billing:\n  prices:")
    for model in windows:
        print(f'    - model: "{model}"\n      input: {INPUT_NANO_USD / 1000:.2f} USD\n      output: {OUTPUT_NANO_USD / 1000:.2f} USD')
        print("      source: a test")
    print("gateway:\n  policy:\n    fallbacks:")
    for case in CASES:
        print(f'      - "{case.model}={case.fallback}"')


def play(run, words):
    cases = [case for case in CASES if not words or any(word in case.name for word in words)]
    passed = 0
    # A JVM's first calls take many times as long as the later ones; the limits that are tested here are not about that.
    for _ in range(WARM_UP_CALLS):
        ask(run.base, WARM_UP_MODEL, True)
    with concurrent.futures.ThreadPoolExecutor(CALLS_AT_ONCE) as threads:
        for playing in [threads.submit(run.play, case) for case in cases]:
            case = playing.result()
            answer = case.answer
            outcome = "whole" if answer.whole() else (answer.error or {}).get("code", "broken")
            print(f"{'FAIL' if case.problems else 'ok  '}  {case.name:<66} {answer.status} {outcome:<24} {answer.seconds:6.2f} s"
                  f"  tries {len(case.primary)}+{len(case.moved)}  {'; '.join(case.notes)}", flush=True)
            for problem in case.problems:
                print(f"        {problem}", flush=True)
            passed += not case.problems
    alive = ask(run.base, "local", False)
    print(f"{'ok  ' if alive.whole() else 'FAIL'}  alive afterwards")
    passed += alive.whole()
    failed = len(cases) + 1 - passed
    print(f"{passed} passed, {failed} failed")
    return failed == 0


if __name__ == "__main__":
    if sys.argv[1] == "config":
        config(sys.argv[2])
    else:
        sys.exit(0 if play(Run(*sys.argv[2:6]), sys.argv[6:]) else 1)
