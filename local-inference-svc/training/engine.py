"""Runs a GGUF file in llama.cpp's own HTTP server, on one thread and a port of its own, for the smoke test and the gates."""

import concurrent.futures
import json
import socket
import time
import urllib.request

SLOTS, CONTEXT_PER_SLOT = 4, 512


class Engine:
    def __init__(self, path):
        import xllamacpp

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.hostnames = ["127.0.0.1"]
        params.port = port
        params.n_ctx = SLOTS * CONTEXT_PER_SLOT
        params.n_parallel = SLOTS
        params.cpuparams.n_threads = 1
        params.cpuparams_batch.n_threads = 1
        self.server = xllamacpp.Server(params)
        self.url = f"http://127.0.0.1:{port}"
        self.wait_until_ready()

    def wait_until_ready(self, seconds=20):
        until = time.time() + seconds
        while time.time() < until:
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"the engine did not become healthy within {seconds} s")

    def post(self, path, body):
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)

    def chat(self, messages, tokens_max=160, temperature=0.0, seed=1):
        """The answer, why it ended ("stop" or "length"), and the engine's own timings."""
        reply = self.post("/v1/chat/completions", {
            "messages": messages, "max_tokens": tokens_max, "temperature": temperature, "seed": seed,
            "cache_prompt": False})
        choice = reply["choices"][0]
        return choice["message"]["content"], choice["finish_reason"], reply.get("timings", {})

    def ask_all(self, prompts):
        """Answers to single questions, several at a time, in the order of the prompts."""
        with concurrent.futures.ThreadPoolExecutor(SLOTS) as pool:
            return list(pool.map(lambda prompt: self.chat([{"role": "user", "content": prompt}]), prompts))

    def tokenize(self, text):
        return self.post("/tokenize", {"content": text, "add_special": True, "parse_special": True})["tokens"]
