"""An engine beside a node, of its own process so that it can be killed: speaks the OpenAI protocol and has one model.

engine.py PORT MODEL
"""

import http.server
import json
import sys


class Engine(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/v1/models":
            self.answer("application/json", json.dumps({"object": "list", "data": [{"id": sys.argv[2], "object": "model"}]}))
        else:
            self.send_error(404)

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        chunks = [{"choices": [{"index": 0, "delta": {"content": "alive"}, "finish_reason": None}]},
                  {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
                  {"choices": [], "usage": {"prompt_tokens": 2, "completion_tokens": 1, "total_tokens": 3}}]
        self.answer("text/event-stream", "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n")

    def answer(self, kind, text):
        self.send_response(200)
        self.send_header("content-type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        """Nobody reads it."""


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Engine).serve_forever()
