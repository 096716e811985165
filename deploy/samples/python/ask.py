"""Asks one prompt and prints the answer as it comes: python ask.py HOST:PORT "prompt" [MODEL]"""

import sys

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from millrace.gateway.v1 import gateway_pb2, gateway_pb2_grpc

ENOUGH = 200  # characters; what more comes is neither wanted nor paid for

address, prompt, *model = sys.argv[1:]
request = gateway_pb2.StreamCompletionRequest(model=model[0] if model else "auto")
request.messages.add(role="ROLE_USER").parts.add(text=prompt)
with grpc.insecure_channel(address) as channel:
    stream = gateway_pb2_grpc.GatewayServiceStub(channel).StreamCompletion(request, timeout=30)
    shown = 0
    try:
        for event in stream:
            print(event.delta.text, end="", flush=True)
            shown += len(event.delta.text)
            if shown > ENOUGH:
                stream.cancel()
    except grpc.RpcError as error:
        if error.code() == grpc.StatusCode.CANCELLED:
            sys.exit("\n(cancelled: that was enough)")
        details = error_details_pb2.ErrorInfo()
        if status := rpc_status.from_call(error):
            any(detail.Unpack(details) for detail in status.details)
        sys.exit(f"\n{error.code().name} {details.reason}: {error.details()}")
print()
