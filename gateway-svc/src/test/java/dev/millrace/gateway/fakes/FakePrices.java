package dev.millrace.gateway.fakes;

import dev.millrace.schema.billing.v1.ListPricesRequest;
import dev.millrace.schema.billing.v1.ListPricesResponse;
import dev.millrace.schema.billing.v1.Price;
import dev.millrace.schema.billing.v1.PriceServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A price list: the models of the default policy, at 1 USD in and 2 USD out for a million tokens. */
public final class FakePrices extends PriceServiceGrpc.PriceServiceImplBase {

    private final List<String> priced =
            new CopyOnWriteArrayList<>(List.of("deepseek-v3.2", "gemini-2.5-flash", "claude-sonnet-4.5", "gpt-4.1"));

    /** Gives one more model a price. */
    public void add(String model) {
        priced.add(model);
    }

    @Override
    public void listPrices(ListPricesRequest request, StreamObserver<ListPricesResponse> observer) {
        ListPricesResponse.Builder response = ListPricesResponse.newBuilder();
        priced.forEach(model -> response.addPrices(Price.newBuilder()
                .setVersion("p1")
                .setModel(model)
                .setInputNanoUsdPerMillion(1_000_000_000L)
                .setOutputNanoUsdPerMillion(2_000_000_000L)
                .setSource("test")));
        observer.onNext(response.build());
        observer.onCompleted();
    }
}
