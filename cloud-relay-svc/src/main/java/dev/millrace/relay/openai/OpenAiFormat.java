package dev.millrace.relay.openai;

import dev.millrace.relay.CompletionCall;
import dev.millrace.relay.EmbeddingAnswer;
import dev.millrace.relay.EmbeddingCall;
import dev.millrace.relay.Failure;
import dev.millrace.relay.ListedModel;
import dev.millrace.relay.ProviderModel;
import dev.millrace.relay.Upstream;
import dev.millrace.relay.UpstreamEvent;
import dev.millrace.relay.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The one wire format there is today. */
public final class OpenAiFormat implements WireFormat {
    @Override
    public Written completion(CompletionCall call, ProviderModel model) throws UnfitRequest {
        return RequestWriter.write(call, model);
    }

    @Override
    public AnswerReader answer(Upstream.Body body) {
        return new AnswerEvents(body);
    }

    @Override
    public List<ListedModel> readModels(InputStream body) throws IOException {
        return ModelListReader.read(body);
    }

    @Override
    public byte[] embeddings(EmbeddingCall call, ProviderModel model) {
        return EmbeddingCodec.write(call, model);
    }

    @Override
    public EmbeddingAnswer readEmbeddings(InputStream body, int expected) throws IOException {
        return EmbeddingCodec.read(body, expected);
    }

    @Override
    public Failure refusal(ProviderModel model, int status, byte[] body, Optional<Duration> retryAfter) {
        return new Refusals(model).of(status, FaultReader.body(body), retryAfter);
    }

    @Override
    public Failure refusal(ProviderModel model, UpstreamEvent.Fault fault) {
        return new Refusals(model).inStream(fault);
    }
}
