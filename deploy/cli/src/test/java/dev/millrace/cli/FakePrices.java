package dev.millrace.cli;

import dev.millrace.schema.billing.v1.ListPricesRequest;
import dev.millrace.schema.billing.v1.ListPricesResponse;
import dev.millrace.schema.billing.v1.Price;
import dev.millrace.schema.billing.v1.PriceServiceGrpc.PriceServiceImplBase;
import io.grpc.stub.StreamObserver;

/** Knows one price. */
final class FakePrices extends PriceServiceImplBase {
    @Override
    public void listPrices(ListPricesRequest request, StreamObserver<ListPricesResponse> caller) {
        caller.onNext(ListPricesResponse.newBuilder()
                .addPrices(Price.newBuilder()
                        .setModel("gpt-4.1")
                        .setInputNanoUsdPerMillion(2_000_000_000L)
                        .setOutputNanoUsdPerMillion(8_000_000_000L))
                .build());
        caller.onCompleted();
    }
}
