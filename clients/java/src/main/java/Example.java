import com.fasterxml.jackson.databind.ObjectMapper;
import cotangent.ApiClient;
import cotangent.ApiException;
import cotangent.MethodsApi;
import cotangent.model.*;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

public class Example {
  public static void main(String[] arguments) throws Exception {
    var client = new ApiClient();
    client.updateBaseUri(System.getenv().getOrDefault("COTANGENT_URL", "http://127.0.0.1:3000"));
    var api = new MethodsApi(client);
    var formula = new Graph(new GraphObject().expression("log(x1) + x1*x2 - sin(x2)"));
    Map<String, Object> point = Map.of("x1", 2, "x2", 5);

    var standard = api.gradient(new GradientParams().graph(formula).inputs(point));
    var slopes = standard.getGradient();
    print("standard example", standard.getOutputs().get("y"), slopes.get("x1"), slopes.get("x2"));

    var square = new GraphNode().id("s").op("square").args(List.of("x"));
    var sum = new GraphNode().id("y").op("sum").args(List.of("s"));
    var squares = new GraphObject().addInputsItem(new GraphInput().name("x").shape(List.of(3L)))
        .nodes(List.of(square, sum)).addOutputsItem("y");
    Map<String, Object> inputs = Map.of("x", List.of(1, 2, 3));
    var document = api.gradient(new GradientParams().graph(new Graph(squares)).inputs(inputs));
    print("graph document", document.getOutputs().get("y"), document.getGradient().get("x"));

    var parabola = new Graph(new GraphObject().expression("x^2"));
    var batch = api.gradient(new GradientParams().graph(parabola).inputs(inputs).batch(3L));
    print("batch", batch.getGradient().get("x"));

    var params = new JacobianParams().graph(formula).inputs(point);
    var matrix = api.jacobian(
        params.layout(JacobianParams.LayoutEnum.MATRIX).encoding(JacobianParams.EncodingEnum.BASE64)).getJacobian();
    var bytes = Base64.getDecoder().decode((String) ((Map<?, ?>) matrix).get("data"));
    var doubles = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
    print("base64", doubles.get(0), doubles.get(1));

    var node = new GraphNode().id("v1").op("nothing").args(List.of(1));
    try {
      api.evaluate(new EvaluateParams().graph(new Graph(new GraphObject().addNodesItem(node).addOutputsItem("v1"))));
    } catch (ApiException error) {
      var problem = new ObjectMapper().readValue(error.getResponseBody(), Problem.class);
      print("error", problem.getType().getValue(), "node " + problem.getData().getNode());
    }

    Map<String, Object> call = Map.of("graph", Map.of("expression", "x^2"), "inputs", inputs, "batch", 3);
    var submission = new JobSubmitParams().method(JobSubmitParams.MethodEnum.GRADIENT).params(call);
    var job = api.jobSubmit(null, submission).getJob();
    var running = List.of(JobStatusResult.StateEnum.QUEUED, JobStatusResult.StateEnum.RUNNING);
    while (running.contains(api.jobStatus(new JobStatusParams().job(job).wait(10.0)).getState()));
    print("job", ((Map<?, ?>) api.jobResult(new JobResultParams().job(job)).get("gradient")).get("x"));
  }

  private static void print(String name, Object... values) {
    var flat = List.of(values).stream().flatMap(value -> value instanceof List<?> list ? list.stream() : List.of(value).stream());
    System.out.println(name + ": " + flat.map(String::valueOf).collect(Collectors.joining(", ")));
  }
}
