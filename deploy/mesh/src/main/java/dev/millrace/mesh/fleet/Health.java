package dev.millrace.mesh.fleet;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.millrace.discovery.ConsulAgent;
import dev.millrace.discovery.ConsulFault;
import java.util.HashMap;
import java.util.Map;

/** What the checks of a service's instances say, by instance: passing, warning, critical. */
final class Health {
    static final String PASSING = "passing";
    private static final String CRITICAL = "critical";

    private Health() {}

    static boolean isCritical(String state) {
        return state.equals(CRITICAL);
    }

    /** The state of each instance that is registered. */
    static Map<String, String> of(String service, ConsulAgent agent) throws ConsulFault {
        Map<String, String> states = new HashMap<>();
        for (JsonElement entry : agent.health(service)) {
            JsonObject instance = entry.getAsJsonObject();
            states.put(instance.getAsJsonObject("Service").get("ID").getAsString(), worst(instance));
        }
        return states;
    }

    private static String worst(JsonObject instance) {
        String worst = PASSING;
        for (JsonElement check : instance.getAsJsonArray("Checks")) {
            String status = check.getAsJsonObject().get("Status").getAsString();
            if (status.equals(CRITICAL)) {
                return CRITICAL;
            }
            worst = status.equals(PASSING) ? worst : status;
        }
        return worst;
    }
}
