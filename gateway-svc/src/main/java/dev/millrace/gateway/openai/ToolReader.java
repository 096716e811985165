package dev.millrace.gateway.openai;

import dev.millrace.schema.completion.v1.ResponseFormat;
import dev.millrace.schema.completion.v1.Tool;
import dev.millrace.schema.completion.v1.ToolChoice;
import java.io.IOException;

/**
 * Reads what the model may call, whether it must, and the form that its answer must have. Keys of a tool that are not known
 * travel along untouched; those of a choice or a form have no place to travel in and are named as left out.
 */
final class ToolReader {

    private ToolReader() {}

    static Tool tool(JsonIn in) throws IOException {
        Tool.Builder tool = Tool.newBuilder();
        Extras extras = new Extras();
        Extras ofFunction = new Extras();
        String path = in.path();
        in.fields((name, value) -> {
            switch (name) {
                case "type" -> onlyFunction(value);
                case "function" -> function(value, tool, ofFunction);
                default -> extras.keep(name, value);
            }
        });
        if (tool.getName().isEmpty()) {
            throw JsonIn.invalid(path + ".function.name", "is missing (expected: the tool's name)");
        }
        extras.keep("function", ofFunction);
        return tool.setExtraJson(extras.json()).build();
    }

    private static void onlyFunction(JsonIn in) throws IOException {
        String type = in.string();
        if (!type.equals("function")) {
            throw in.invalid("a kind of tool that is not served (expected: \"function\")");
        }
    }

    private static void function(JsonIn in, Tool.Builder tool, Extras extras) throws IOException {
        in.fields((name, value) -> {
            switch (name) {
                case "name" -> tool.setName(value.string());
                case "description" -> tool.setDescription(value.string());
                case "parameters" -> tool.setJsonSchema(schema(value));
                case "strict" -> tool.setStrict(value.bool());
                default -> extras.keep(name, value);
            }
        });
    }

    private static String schema(JsonIn in) throws IOException {
        if (!in.isObject()) {
            throw in.wrongType("a JSON schema");
        }
        return in.raw();
    }

    static ToolChoice choice(JsonIn in) throws IOException {
        ToolChoice.Builder choice = ToolChoice.newBuilder();
        if (in.isString()) {
            return choice.setMode(
                            switch (in.string()) {
                                case "auto" -> ToolChoice.Mode.MODE_AUTO;
                                case "none" -> ToolChoice.Mode.MODE_NONE;
                                case "required", "any" -> ToolChoice.Mode.MODE_REQUIRED;
                                default ->
                                    throw in.invalid(
                                            "not a choice (expected: \"auto\", \"none\", \"required\" or a function)");
                            })
                    .build();
        }
        String path = in.path();
        in.fields((name, value) -> {
            switch (name) {
                case "type" -> onlyFunction(value);
                case "function" -> named(value, choice);
                default -> value.drop();
            }
        });
        if (choice.getName().isEmpty()) {
            throw JsonIn.invalid(path + ".function.name", "is missing (expected: a tool's name)");
        }
        return choice.setMode(ToolChoice.Mode.MODE_NAMED).build();
    }

    private static void named(JsonIn in, ToolChoice.Builder choice) throws IOException {
        in.fields((name, value) -> {
            if (name.equals("name")) {
                choice.setName(value.string());
            } else {
                value.drop();
            }
        });
    }

    static ResponseFormat format(JsonIn in) throws IOException {
        ResponseFormat.Builder format = ResponseFormat.newBuilder();
        String path = in.path();
        in.fields((name, value) -> {
            switch (name) {
                case "type" -> format.setKind(kind(value));
                case "json_schema" -> jsonSchema(value, format);
                default -> value.drop();
            }
        });
        if (format.getKind() == ResponseFormat.Kind.KIND_JSON_SCHEMA
                && format.getJsonSchema().isEmpty()) {
            throw JsonIn.invalid(path + ".json_schema.schema", "is missing (expected: a JSON schema)");
        }
        return format.build();
    }

    private static ResponseFormat.Kind kind(JsonIn in) throws IOException {
        return switch (in.string()) {
            case "text" -> ResponseFormat.Kind.KIND_TEXT;
            case "json_object" -> ResponseFormat.Kind.KIND_JSON_OBJECT;
            case "json_schema" -> ResponseFormat.Kind.KIND_JSON_SCHEMA;
            default -> throw in.invalid("not a form (expected: \"text\", \"json_object\" or \"json_schema\")");
        };
    }

    private static void jsonSchema(JsonIn in, ResponseFormat.Builder format) throws IOException {
        in.fields((name, value) -> {
            switch (name) {
                case "name" -> format.setName(value.string());
                case "schema" -> format.setJsonSchema(schema(value));
                case "strict" -> format.setStrict(value.bool());
                default -> value.drop();
            }
        });
    }
}
