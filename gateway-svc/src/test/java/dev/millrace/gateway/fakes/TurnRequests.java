package dev.millrace.gateway.fakes;

import dev.millrace.gateway.Caller;
import dev.millrace.gateway.RoutingPreference;
import dev.millrace.gateway.TurnRequest;
import dev.millrace.gateway.TurnRequest.Delivery;
import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.SamplingParameters;
import dev.millrace.schema.completion.v1.Tool;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds requests as a door hands them to the flow: the local tenant's, for any model, streamed, but for what a test says. */
public final class TurnRequests {
    private List<Message> messages = List.of();
    private String model = "auto";
    private RoutingPreference preference = RoutingPreference.NONE;
    private SamplingParameters sampling = SamplingParameters.getDefaultInstance();
    private List<Tool> tools = List.of();
    private Delivery delivery = Delivery.STREAMED;

    private TurnRequests() {}

    /** Of these messages. */
    public static TurnRequests of(List<Message> messages) {
        TurnRequests request = new TurnRequests();
        request.messages = messages;
        return request;
    }

    public TurnRequests model(String id) {
        model = id;
        return this;
    }

    public TurnRequests preference(RoutingPreference more) {
        preference = more;
        return this;
    }

    public TurnRequests sampling(SamplingParameters more) {
        sampling = more;
        return this;
    }

    public TurnRequests tools(List<Tool> more) {
        tools = more;
        return this;
    }

    public TurnRequests delivery(Delivery other) {
        delivery = other;
        return this;
    }

    public TurnRequest build() {
        return new TurnRequest(
                Caller.LOCAL,
                "",
                messages,
                model,
                preference,
                sampling,
                tools,
                Optional.empty(),
                Optional.empty(),
                delivery,
                Map.of(),
                "",
                "",
                10);
    }
}
