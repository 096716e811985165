"""Starts llama.cpp's HTTP server out of the Python package xllamacpp; called by the script beside it."""

import argparse
import threading

import xllamacpp

flags = argparse.ArgumentParser()
flags.add_argument("--model", required=True)
flags.add_argument("--name", default="millrace-starter", help="what callers name the model by")
flags.add_argument("--port", type=int, default=8080)
flags.add_argument("--slots", type=int, default=4)
flags.add_argument("--context", type=int, default=512, help="tokens of window a slot")
flags.add_argument("--embedding", action="store_true")
given = flags.parse_args()

params = xllamacpp.CommonParams()
params.model.path = given.model
params.model_alias = {given.name}
params.hostnames = ["127.0.0.1"]
params.port = given.port
params.n_parallel = given.slots
params.n_ctx = given.context * given.slots
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 1
params.endpoint_metrics = True
params.endpoint_slots = True
params.endpoint_props = True
params.embedding = given.embedding

server = xllamacpp.Server(params)
print(f"llama-server at {server.listening_address}", flush=True)
threading.Event().wait()
