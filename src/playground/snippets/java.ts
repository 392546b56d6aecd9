import { prettyJson } from "./json.ts";
import type { SnippetCall } from "./snippet-call.ts";

/** A program for Java 17 with nothing but its own library, which has no JSON: it prints the whole answer. */
export function java({ origin, method, body }: SnippetCall): string {
  const lines = prettyJson(body, 80).replaceAll("\\", "\\\\").replaceAll('"""', '\\"""').split("\n");
  return `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

class Call {
  public static void main(String[] arguments) throws Exception {
    var body = """
        ${lines.join("\n        ")}
        """;
    var request = HttpRequest.newBuilder(URI.create("${origin}/v1/${method}"))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
    var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) throw new IllegalStateException(response.body());
    System.out.println(response.body());
  }
}
`;
}
