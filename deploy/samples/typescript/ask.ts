// Prints an answer as it comes, and stops one that grows long: node ask.js HOST:PORT "prompt" MODEL SECONDS
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Role } from "./gen/millrace/completion/v1/prompt_pb.js";
import { GatewayService } from "./gen/millrace/gateway/v1/gateway_pb.js";
import { ErrorInfoSchema } from "./gen/google/rpc/error_details_pb.js";

const [address, prompt, model, seconds] = process.argv.slice(2);
const gateway = createClient(GatewayService, createGrpcTransport({ baseUrl: `http://${address}` }));
const messages = [{ role: Role.USER, parts: [{ content: { case: "text" as const, value: prompt } }] }];
const stop = new AbortController();
const options = { timeoutMs: Number(seconds) * 1000, signal: stop.signal };
let shown = 0;
try {
  for await (const { event } of gateway.streamCompletion({ messages, model }, options)) {
    const text = event.case === "delta" && event.value.content.case === "text" ? event.value.content.value : "";
    process.stdout.write(text);
    shown += text.length;
    if (shown > 200) stop.abort(); // what more comes is neither wanted nor paid for
  }
} catch (failure) {
  const error = ConnectError.from(failure);
  const [info] = error.findDetails(ErrorInfoSchema);
  console.error(`\n${Code[error.code]} ${info?.reason ?? ""}: ${error.rawMessage}`);
  process.exit(1); // the connection would keep the program alive
}
