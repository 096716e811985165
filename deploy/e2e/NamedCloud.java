// A door in front of the fake cloud that takes any model's name, so that the shipped ones can be asked for there: each is
// answered by 8 words. It lists one model, house-model, and writes what it was asked for and with which key, a line each.
// java NamedCloud.java BASE-URL LOG

import module java.net.http;
import module jdk.httpserver;

static final Pattern MODEL = Pattern.compile("\"model\":\\s*\"([^\"]*)\"");
static final String LISTED = "{\"object\":\"list\",\"data\":[{\"id\":\"house-model\",\"object\":\"model\",\"created\":1}]}";

void main(String[] arguments) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> serve(exchange, arguments[0], Path.of(arguments[1])));
    server.start();
    IO.println("named cloud at http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
}

void serve(HttpExchange exchange, String cloud, Path log) throws IOException {
    try (exchange) {
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Matcher asked = MODEL.matcher(body);
        if (path.equals("/v1/models")) {
            answer(exchange, 200, "application/json", LISTED);
        } else if (path.equals("/v1/chat/completions") && asked.find()) {
            note(log, asked.group(1), exchange.getRequestHeaders().getFirst("Authorization"));
            HttpResponse<String> words = ask(cloud, asked.replaceFirst("\"model\":\"words-8\""));
            String type = words.headers().firstValue("content-type").orElse("application/json");
            answer(exchange, words.statusCode(), type, words.body().replace("words-8", asked.group(1)));
        } else {
            answer(exchange, 404, "application/json", "{}");
        }
    }
}

synchronized void note(Path log, String model, String key) throws IOException {
    Files.writeString(log, model + " " + key + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
}

HttpResponse<String> ask(String cloud, String body) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(cloud + "/chat/completions"))
            .version(HttpClient.Version.HTTP_1_1)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException interrupted) {
        throw new IOException(interrupted);
    }
}

void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
}
