package dev.millrace.local.grpc;

import dev.millrace.local.Engine;
import dev.millrace.local.EngineFault;
import dev.millrace.local.LocalModel;
import dev.millrace.local.Node;
import dev.millrace.schema.inference.v1.ListModelsRequest;
import dev.millrace.schema.inference.v1.ListModelsResponse;
import dev.millrace.schema.inference.v1.UnreachedEngine;
import java.util.List;

/** Cuts the list of models into pages; the token is the place of the next one. */
final class ModelPages {
    private static final int SIZE_DEFAULT = 100;
    private static final int SIZE_MAX = 1000;

    private ModelPages() {}

    static ListModelsResponse page(Node node, ListModelsRequest request) {
        List<LocalModel> models = node.models();
        int size = request.getPageSize() == 0 ? SIZE_DEFAULT : request.getPageSize();
        if (size < 1 || size > SIZE_MAX) {
            throw Faults.fieldInvalid("page_size", "page_size: " + size + " (expected: 1 to " + SIZE_MAX + ", or 0)")
                    .toException();
        }
        int from = Math.min(place(request.getPageToken()), models.size());
        int to = Math.min(from + size, models.size());
        ListModelsResponse.Builder page = ListModelsResponse.newBuilder();
        if (from == 0) {
            node.unreached().forEach(engine -> page.addUnreachedEngines(unreached(engine)));
        }
        models.subList(from, to).forEach(model -> page.addModels(ModelCodec.write(model)));
        if (to < models.size()) {
            page.setNextPageToken(Integer.toString(to));
        }
        return page.build();
    }

    private static UnreachedEngine unreached(Engine engine) {
        return UnreachedEngine.newBuilder()
                .setEngine(engine.name())
                .setAddress(engine.address())
                .setDetail(engine.unreached().map(EngineFault::message).orElse(""))
                .build();
    }

    private static int place(String token) {
        if (token.isEmpty()) {
            return 0;
        }
        if (!token.matches("[0-9]{1,9}")) {
            throw Faults.fieldInvalid("page_token", "page_token: not one that this service gave")
                    .toException();
        }
        return Integer.parseInt(token);
    }
}
