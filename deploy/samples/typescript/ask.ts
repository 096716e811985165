// Asks one prompt and prints the answer as it comes: node ask.js HOST:PORT "prompt" [MODEL]
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Role } from "./gen/millrace/completion/v1/prompt_pb.js";
import { GatewayService } from "./gen/millrace/gateway/v1/gateway_pb.js";
import { ErrorInfoSchema } from "./gen/google/rpc/error_details_pb.js";

const ENOUGH = 200; // characters; what more comes is neither wanted nor paid for

const [address, prompt, model = "auto"] = process.argv.slice(2);
const gateway = createClient(GatewayService, createGrpcTransport({ baseUrl: `http://${address}` }));
const stop = new AbortController();
try {
  const messages = [{ role: Role.USER, parts: [{ content: { case: "text" as const, value: prompt } }] }];
  let shown = 0;
  for await (const { event } of gateway.streamCompletion({ messages, model }, { timeoutMs: 30_000, signal: stop.signal })) {
    const text = event.case === "delta" && event.value.content.case === "text" ? event.value.content.value : "";
    process.stdout.write(text);
    if ((shown += text.length) > ENOUGH) stop.abort();
  }
  console.log();
} catch (failure) {
  const error = ConnectError.from(failure);
  const reason = error.findDetails(ErrorInfoSchema)[0]?.reason ?? "";
  console.error(error.code === Code.Canceled ? "\n(cancelled: that was enough)" : `\n${Code[error.code]} ${reason}: ${error.rawMessage}`);
  process.exitCode = 1;
}
