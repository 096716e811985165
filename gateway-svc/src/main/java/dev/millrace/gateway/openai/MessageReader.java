package dev.millrace.gateway.openai;

import dev.millrace.schema.completion.v1.Message;
import dev.millrace.schema.completion.v1.Role;
import dev.millrace.schema.completion.v1.ToolCall;
import java.io.IOException;

/** Reads one message of a conversation; keys that are not known travel along untouched. */
final class MessageReader {
    private final Message.Builder message = Message.newBuilder();
    private final Extras extras = new Extras();
    private final String path;
    private boolean legacyResult;

    private MessageReader(String path) {
        this.path = path;
    }

    static Message read(JsonIn in) throws IOException {
        MessageReader reader = new MessageReader(in.path());
        in.fields(reader::field);
        return reader.done();
    }

    private void field(String name, JsonIn in) throws IOException {
        switch (name) {
            case "role" -> message.setRole(role(in));
            case "content" -> content(in);
            case "name" -> message.setName(in.string());
            case "tool_calls" -> in.elements(call -> message.addToolCalls(toolCall(call)));
            case "function_call" -> message.addToolCalls(legacyCall(in));
            case "tool_call_id" -> message.setToolCallId(in.string());
            case "reasoning_content" -> message.setReasoning(in.string());
            default -> extras.keep(name, in);
        }
    }

    private Role role(JsonIn in) throws IOException {
        String role = in.string();
        legacyResult = role.equals("function");
        return switch (role) {
            case "system" -> Role.ROLE_SYSTEM;
            case "developer" -> Role.ROLE_DEVELOPER;
            case "user" -> Role.ROLE_USER;
            case "assistant" -> Role.ROLE_ASSISTANT;
            case "tool", "function" -> Role.ROLE_TOOL;
            default -> throw in.invalid("not a role (expected: system, developer, user, assistant or tool)");
        };
    }

    private void content(JsonIn in) throws IOException {
        if (in.isString()) {
            message.addParts(PartReader.text(in.string()));
        } else if (in.isList()) {
            in.elements(part -> message.addParts(PartReader.read(part)));
        } else {
            throw in.wrongType("a string or a list of parts");
        }
    }

    private static ToolCall toolCall(JsonIn in) throws IOException {
        ToolCall.Builder call = ToolCall.newBuilder();
        in.fields((name, value) -> {
            switch (name) {
                case "id" -> call.setId(value.string());
                case "type" -> value.skip();
                case "function" -> function(value, call);
                default -> value.drop();
            }
        });
        return call.build();
    }

    /** The call of the older API has no id: its name stands in, on both sides. */
    private static ToolCall legacyCall(JsonIn in) throws IOException {
        ToolCall.Builder call = ToolCall.newBuilder();
        function(in, call);
        return call.setId(legacyId(call.getName())).build();
    }

    private static void function(JsonIn in, ToolCall.Builder call) throws IOException {
        in.fields((name, value) -> {
            switch (name) {
                case "name" -> call.setName(value.string());
                case "arguments" -> call.setArguments(value.isString() ? value.string() : value.raw());
                default -> value.drop();
            }
        });
    }

    private static String legacyId(String name) {
        return "function-" + name;
    }

    private Message done() {
        if (message.getRole() == Role.ROLE_UNSPECIFIED) {
            throw JsonIn.invalid(path + ".role", "is missing (expected: for instance \"user\")");
        }
        if (message.getPartsCount() == 0 && message.getRole() != Role.ROLE_ASSISTANT) {
            throw JsonIn.invalid(path + ".content", "is missing (expected: a string or a list of parts)");
        }
        if (legacyResult) {
            message.setToolCallId(legacyId(message.getName()));
        }
        return message.setExtraJson(extras.json()).build();
    }
}
