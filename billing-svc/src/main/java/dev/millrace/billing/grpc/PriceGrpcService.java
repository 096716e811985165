package dev.millrace.billing.grpc;

import dev.millrace.billing.Ledger;
import dev.millrace.billing.Price;
import dev.millrace.billing.PriceBook;
import dev.millrace.schema.billing.v1.ListPricesRequest;
import dev.millrace.schema.billing.v1.ListPricesResponse;
import dev.millrace.schema.billing.v1.PriceServiceGrpc.PriceServiceImplBase;
import dev.millrace.schema.billing.v1.PutPriceRequest;
import dev.millrace.schema.billing.v1.PutPriceResponse;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;

/** Price rows over gRPC. */
@Singleton
public final class PriceGrpcService extends PriceServiceImplBase {
    private final Ledger ledger;
    private final InstantSource clock;

    public PriceGrpcService(Ledger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public void listPrices(ListPricesRequest request, StreamObserver<ListPricesResponse> caller) {
        Answers.answer(caller, () -> list(request));
    }

    private ListPricesResponse list(ListPricesRequest request) {
        int size = Fields.pageSize(request.getPageSize());
        PriceBook book = ledger.prices();
        List<Price> rows = (request.getIncludeHistory() ? book.all() : book.current(clock.instant()))
                .stream()
                        .filter(row -> request.getModel().isEmpty()
                                || request.getModel().equals(row.model()))
                        .toList();
        int from = from(rows, request.getPageToken());
        int to = Math.min(rows.size(), from + size);
        ListPricesResponse.Builder page = ListPricesResponse.newBuilder();
        rows.subList(from, to).forEach(row -> page.addPrices(MoneyCodec.toWire(row)));
        return to == rows.size()
                ? page.build()
                : page.setNextPageToken(rows.get(to).version()).build();
    }

    /** A page token is the version of the row that comes next. */
    private static int from(List<Price> rows, String token) {
        if (token.isEmpty()) {
            return 0;
        }
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).version().equals(token)) {
                return i;
            }
        }
        throw BillingFaults.fieldInvalid("page_token", "page_token: \"" + token + "\" (expected: one from this list)")
                .toException();
    }

    @Override
    public void putPrice(PutPriceRequest request, StreamObserver<PutPriceResponse> caller) {
        Answers.answer(
                caller,
                () -> PutPriceResponse.newBuilder()
                        .setPrice(MoneyCodec.toWire(
                                ledger.putPrice(MoneyCodec.fromWire(request.getPrice(), request.getActor()))))
                        .build());
    }
}
