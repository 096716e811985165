"""Callers of the mesh: one call, and a load of them."""

import http.client
import itertools
import json
import threading
import time
import urllib.parse

from wire import SAID

LOCAL, CLOUD = "words", "words-8@cloud"
# A word in 100 ms, without end unless the caller asks for so many.
LOCAL_STREAM, CLOUD_STREAM = "slow-words", "slow-words@cloud"
STREAM_WORDS = 40
# A local model that thinks for so long before its first word, and for which one of the cloud stands in. Whoever calls it
# says that longer than that may be waited.
WAITING, WAITING_SECONDS, PATIENCE_SECONDS = "slow-start", 1.5, 2.5
PATIENT = {"millrace": {"first_token_ms": int(PATIENCE_SECONDS * 1000)}}
# One of the cloud's that waits some seconds, and that nothing stands in for.
CLOUD_WAITING = "late-token-6000@cloud"
# Generations that each local node runs at once.
SLOTS = 8
CALLERS, STREAMS = 4, 4
GATEWAY_GONE = "gateway_unavailable"
NUMBERS = itertools.count(1)


class Answer:
    """How one call went. A stream is whole when it ended with [DONE], told when it ended with an error in words.

    It has a name of its own, which every sidecar on its way writes down.
    """

    def __init__(self, model):
        self.model, self.begin = model, time.time()
        self.first = self.end = 0.0
        self.name = f"e2e-{time.time_ns()}-{next(NUMBERS)}"
        self.status, self.problem, self.reason, self.text = 0, "", "", ""
        self.turn, self.sequence = "", 0
        self.done = self.told = self.left = self.broken = False
        self.words = 0

    def good(self):
        return self.status == 200 and self.done and not self.problem

    def refused(self, error):
        self.problem, told = json.dumps(error), (error or {}).get("millrace", {})
        self.reason, self.turn, self.sequence = told.get("reason", ""), told.get("turn_id", ""), told.get("sequence", 0)


def ask(base, model, streamed=False, seconds=60.0, words=None, headers=None, more=None):
    answer = Answer(model)
    url = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=seconds)
    body = {"model": model, "stream": streamed, "messages": [{"role": "user", "content": SAID}], **(more or {})}
    if words:
        body["max_tokens"] = words
    try:
        connection.request("POST", "/v1/chat/completions", json.dumps(body),
                           {"content-type": "application/json", "x-request-id": answer.name, **(headers or {})})
        response = connection.getresponse()
        answer.status = response.status
        if not streamed or response.status != 200:
            text = json.loads(response.read())
            answer.done = "choices" in text
            if answer.done:
                answer.text = text["choices"][0]["message"]["content"] or ""
            else:
                answer.refused(text.get("error"))
            # A sidecar's own words: what its gateway had done before it ended, nobody knows.
            answer.broken = GATEWAY_GONE in answer.problem
        else:
            read_stream(response, answer, answer.begin + seconds)
    except (OSError, http.client.HTTPException, ValueError) as failure:
        answer.broken, answer.problem = True, answer.problem or repr(failure)
    finally:
        connection.close()
    answer.end = time.time()
    return answer


def lines(response):
    """Those of a body as they come. Iterating over the response itself would take a broken connection for the end."""
    rest = b""
    while some := response.read1(65536):
        *whole, rest = (rest + some).split(b"\n")
        yield from whole


def read_stream(response, answer, leave_at):
    for line in lines(response):
        if time.time() > leave_at:
            answer.left = True
            return
        if line.startswith(b"data: [DONE]"):
            answer.done = True
        elif line.startswith(b"data: "):
            chunk = json.loads(line[len(b"data: "):])
            if "error" in chunk:
                answer.told = True
                answer.refused(chunk["error"])
            elif any(choice["delta"].get("content") for choice in chunk["choices"]):
                answer.first = answer.first or time.time()
                answer.words += 1


class Load:
    """Callers that ask one after another until told to end."""

    def __init__(self, base, models, callers=CALLERS, streamed=False, words=None):
        self.base, self.models, self.streamed, self.words = base, models, streamed, words
        self.answers, self.going = [], True
        self.threads = [threading.Thread(target=self.call, args=(n,)) for n in range(callers)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def call(self, number):
        turn = number
        while self.going:
            model = self.models[turn % len(self.models)]
            self.answers.append(ask(self.base, model, self.streamed, words=self.words))
            turn += 1

    def __exit__(self, *_):
        self.going = False
        for thread in self.threads:
            thread.join()

    def failed(self):
        return [answer for answer in self.answers if not answer.good()]


class Traffic:
    """Whole answers and streams of some seconds at once, from a local model and from the cloud's."""

    def __init__(self, base):
        self.whole = Load(base, [LOCAL, CLOUD])
        self.streams = Load(base, [LOCAL_STREAM, CLOUD_STREAM], STREAMS, streamed=True, words=STREAM_WORDS)

    def __enter__(self):
        self.streams.__enter__()
        self.whole.__enter__()
        return self

    def __exit__(self, *_):
        # Streams take seconds to end: nobody waits for them while others go on.
        self.streams.going = self.whole.going = False
        self.whole.__exit__()
        self.streams.__exit__()

    def answers(self):
        return self.whole.answers + self.streams.answers

    def failed(self):
        return self.whole.failed() + self.streams.failed()

    def figure(self):
        return f"{len(self.whole.answers)} calls, {len(self.streams.answers)} streams"


def describe(*loads):
    kinds, failed = {}, [answer for load in loads for answer in load.failed()]
    for answer in failed:
        text = f"{answer.model} {answer.status} {answer.problem[:200]}"
        kinds[text] = kinds.get(text, 0) + 1
    return f"{len(failed)} of {sum(len(load.answers) for load in loads)} failed: {kinds}"
