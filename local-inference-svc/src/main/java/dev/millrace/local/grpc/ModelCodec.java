package dev.millrace.local.grpc;

import dev.millrace.local.LocalModel;
import dev.millrace.local.ModelAbilities;
import dev.millrace.schema.inference.v1.Model;
import dev.millrace.schema.inference.v1.ModelCapabilities;
import dev.millrace.schema.inference.v1.ModelState;
import dev.millrace.schema.inference.v1.SeedSupport;

/** Writes models in the form of the wire. */
final class ModelCodec {
    private ModelCodec() {}

    static Model write(LocalModel model) {
        Model.Builder written = Model.newBuilder()
                .setId(model.id())
                .setEngine(model.engine())
                .setCapabilities(write(model.abilities()))
                .setState(write(model.state()))
                .setStateDetail(model.stateDetail());
        model.contextLength().ifPresent(written::setContextLength);
        model.memoryBytes().ifPresent(written::setMemoryBytes);
        return written.build();
    }

    private static ModelCapabilities write(ModelAbilities can) {
        return ModelCapabilities.newBuilder()
                .setChat(can.chat())
                .setTools(can.tools())
                .setImages(can.images())
                .setJsonSchema(can.jsonSchema())
                .setEmbeddings(can.embeddings())
                .setMultipleChoices(can.multipleChoices())
                .setLogprobs(can.logprobs())
                .setSeed(
                        switch (can.seed()) {
                            case EXACT -> SeedSupport.SEED_SUPPORT_EXACT;
                            case BEST_EFFORT -> SeedSupport.SEED_SUPPORT_BEST_EFFORT;
                            case NONE -> SeedSupport.SEED_SUPPORT_NONE;
                        })
                .build();
    }

    private static ModelState write(LocalModel.State state) {
        return switch (state) {
            case LOADED -> ModelState.MODEL_STATE_LOADED;
            case COLD -> ModelState.MODEL_STATE_COLD;
            case UNAVAILABLE -> ModelState.MODEL_STATE_UNAVAILABLE;
        };
    }
}
