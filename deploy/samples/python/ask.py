"""Prints an answer as it comes, and stops one that grows long: python ask.py HOST:PORT "prompt" MODEL SECONDS"""

import sys

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from millrace.gateway.v1 import gateway_pb2, gateway_pb2_grpc

address, prompt, model, seconds = sys.argv[1:]
request = gateway_pb2.StreamCompletionRequest(model=model)
request.messages.add(role="ROLE_USER").parts.add(text=prompt)
with grpc.insecure_channel(address) as channel:
    answer = gateway_pb2_grpc.GatewayServiceStub(channel).StreamCompletion(request, timeout=int(seconds))
    shown = 0
    try:
        for event in answer:
            print(event.delta.text, end="", flush=True)
            shown += len(event.delta.text)
            if shown > 200:
                answer.cancel()  # what more comes is neither wanted nor paid for
    except grpc.RpcError as failure:
        info = error_details_pb2.ErrorInfo()
        for detail in getattr(rpc_status.from_call(failure), "details", ()):
            detail.Unpack(info)
        sys.exit(f"\n{failure.code().name} {info.reason}: {failure.details()}")
