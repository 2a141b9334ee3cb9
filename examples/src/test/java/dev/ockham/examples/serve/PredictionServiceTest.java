package dev.ockham.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.data.ColumnRule;
import dev.ockham.runtime.data.TableRules;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the service on a free port, and calls, reloads, floods and stops it. */
class PredictionServiceTest {
  private static final Limits LIMITS =
      new Limits(1000, 5, 2, 1, Duration.ofMillis(20), Duration.ofSeconds(20));
  private static final TableRules TABLE =
      new TableRules(
          List.of("age", "sex", "income"),
          true,
          ",",
          ".",
          true,
          List.of("?"),
          List.of("income"),
          "",
          List.of(
              ColumnRule.ofNumbers("age", 40, false),
              ColumnRule.ofBooleans("sex", "Female", "Male", .5f, false)),
          Map.of());
  private static final String ROWS = "application/json";
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @TempDir private Path folder;
  private Path file;
  private PredictionService service;
  private HttpClient client;

  /** Two numbers to two: (x + 2y, −x), times a factor. */
  private static ModelFile model(float factor, DataRules rules) {
    GraphBuilder g = new GraphBuilder();
    Value out = g.named("fc").dense(g.input("x", 2), 2);
    Model model =
        new Model(
            "two",
            g.build(out),
            Map.of(
                "fc.weight", DenseMatrix.of(2, 2, new float[] {factor, 2 * factor, -factor, 0}),
                "fc.bias", DenseMatrix.of(2, 1, new float[2])));
    return new ModelFile(model, new TreeMap<>(), rules);
  }

  private static ModelFile incomes(float factor) {
    return model(factor, DataRules.ofClasses(List.of("low", "hi\"gh")).withTable(TABLE));
  }

  @BeforeEach
  void start() throws IOException {
    file = folder.resolve("model.safetensors");
    incomes(0.01f).save(file);
    begin();
    client = HttpClient.newHttpClient();
  }

  private void begin() throws IOException {
    service = PredictionService.start(file, new InetSocketAddress(HERE, 0), LIMITS);
  }

  @AfterEach
  void stop() {
    client.close();
    service.close();
  }

  private HttpResponse<String> post(String type, byte[] body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri("/predict"))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String type, String body) throws Exception {
    return post(type, body.getBytes(StandardCharsets.UTF_8));
  }

  private String get(String path) throws Exception {
    return client
        .send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private URI uri(String path) {
    return URI.create("http://" + HERE.getHostAddress() + ":" + service.port() + path);
  }

  private static void eventually(Callable<Boolean> holds) throws Exception {
    long until = System.nanoTime() + 20_000_000_000L;
    while (!holds.call()) {
      assertThat(System.nanoTime()).as("waited 20 s").isLessThan(until);
      Thread.sleep(5);
    }
  }

  @Test
  void rowsNumbersAndOctetsAreAnsweredAlike() throws Exception {
    Predictor predictor = Predictor.of(incomes(0.01f));
    float[] p = predictor.predict(new float[] {39, 1, 20, 0}, 1);
    String first =
        "{\"class\":0,\"name\":\"low\",\"probability\":%s,\"probabilities\":{\"low\":%s,\"hi\\\"gh\":%s}}"
            .formatted(p[0], p[0], p[1]);
    String second = first.replace("" + p[0], "" + p[2]).replace("" + p[1], "" + p[3]);
    String told =
        "{\"model\":\"%s\",\"predictions\":[%s,%s]}\n"
            .formatted(predictor.file().weightsSha256(), first, second);

    for (String json :
        List.of(
            "[[39, 1], [20, 0]]",
            " [[3.9e1,1.0],[20,-0]] ",
            "[{\"age\":39,\"sex\":\"Male\"},{\"age\":\"20\",\"sex\":\"Fem\\u0061le\",\"town\":null}]")) {
      HttpResponse<String> answer = post(ROWS + "; charset=utf-8", json);
      assertThat(answer.body()).as(json).isEqualTo(told);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).contains(ROWS);
    }
    assertThat(post("text/csv", "sex,age\r\nMale,39\r\n\"Female\",20\r\n").body()).isEqualTo(told);
    assertThat(post("application/octet-stream", new byte[] {39, 1, 20, 0}).body()).isEqualTo(told);
    assertThat(post(ROWS, "[39,1]").body()).contains(first).doesNotContain(second);
    assertThat(get("/metrics"))
        .contains(
            "ockham_requests_total{status=\"200\"} 6\n",
            "ockham_examples_total 11\n",
            "ockham_request_seconds_count 6\n",
            "ockham_in_flight 0\n")
        .containsPattern("ockham_request_seconds\\{quantile=\"0.99\"} [0-9.E-]+\n");
    assertThat(get("/health")).isEqualTo("ok\n");
  }

  @Test
  void aBadRequestIsToldWhereItIsBad() throws Exception {
    refused(400, ROWS, "[[1,2],[3]]", "row 2 has 1 numbers, an example has 2");
    refused(400, ROWS, "[1,2", "JSON, character 5: ',' or ']' is missing");
    refused(400, ROWS, "[1,x]", "JSON, character 4: not a number of 32 bits");
    refused(400, ROWS, "[1,1e39]", "JSON, character 4: not a number of 32 bits");
    refused(400, ROWS, "[1,2] 3", "JSON, character 7: more text after the end");
    refused(400, ROWS, "{\"age\":[1]}", "a cell is a text, a number, true, false or null");
    refused(400, ROWS, "[{\"age\":1,\"sex\":\"Male\"},[1,2]]", "some examples are objects");
    refused(400, ROWS, "{\"age\":\"old\",\"sex\":\"Male\"}", "row 1, column 'age': 'old' is not a");
    refused(400, "text/csv", "age,sex\n1,Male\n2\n", "row 2 has 1 cells, the first line names 2");
    refused(400, "text/csv", "age,sex\n\"1,Male\n", "CSV: a quote does not end");
    refused(400, "application/octet-stream", "abc", "3 bytes are no whole examples of 2");
    refused(400, "application/octet-stream", "", "there are no examples");
    refused(415, "image/png", "abc", "send application/json, text/csv or");
    refused(413, ROWS, "[[1,2],[1,2],[1,2],[1,2],[1,2],[1,2]]", "6 examples are more than the 5");
    refused(413, ROWS, " ".repeat(1001), "the body is longer than 1000 bytes");
    assertThat(get("/predict")).contains("send examples with POST");
  }

  private void refused(int status, String type, String body, String message) throws Exception {
    HttpResponse<String> answer = post(type, body);
    assertThat(answer.body()).startsWith("{\"error\":\"").contains(message);
    assertThat(answer.statusCode()).as(body).isEqualTo(status);
  }

  @Test
  void rowsOfNumbersAreEnoughWhereThereIsNoTable() throws Exception {
    service.close();
    model(1, DataRules.NONE.withNumbers(List.of("a", "b"))).save(file);
    begin();
    assertThat(post("text/csv", "1, 2\n-3,4\n").body())
        .contains("[{\"numbers\":{\"a\":5.0,\"b\":-1.0}},{\"numbers\":{\"a\":5.0,\"b\":3.0}}]");
    refused(400, "text/csv", "1,2\n3,?\n", "row 2, column 2: '?' is not a number of 32 bits");
    refused(400, ROWS, "{\"age\":1}", "this model takes numbers, not rows of a table");
  }

  @Test
  void aNewFileAnswersAtOnceAndABadOneNever() throws Exception {
    String old = incomes(0.01f).weightsSha256();
    ModelFile next = incomes(0.5f);
    assertThat(post(ROWS, "[1,2]").body()).contains(old);

    next.saveCompact(file, Map.of());
    eventually(() -> post(ROWS, "[1,2]").body().contains(next.weightsSha256()));

    Path bad = Files.writeString(folder.resolve("bad"), "this is no model");
    Files.move(bad, file, StandardCopyOption.ATOMIC_MOVE);
    eventually(() -> get("/health").contains("the new file is not"));
    assertThat(get("/health")).contains("model.safetensors: byte ");
    assertThat(post(ROWS, "[1,2]").body()).contains(next.weightsSha256());
    Files.delete(file);
    eventually(() -> get("/health").contains("model.safetensors: there is no such file"));
    assertThat(post(ROWS, "[1,2]").statusCode()).isEqualTo(200);
    incomes(0.01f).save(file);
    eventually(() -> get("/health").equals("ok\n"));
    assertThat(post(ROWS, "[1,2]").body()).contains(old);
    assertThat(get("/metrics"))
        .contains(
            "ockham_model_loads_total{result=\"ok\"} 3\n",
            "ockham_model_loads_total{result=\"failed\"} 2\n",
            "ockham_model_info{sha256=\"" + old + "\"} 1\n");
  }

  /** A request whose body does not end, which holds one of the three places. */
  private Socket halfARequest() throws IOException {
    Socket socket = new Socket(HERE, service.port());
    String head =
        "POST /predict HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
            + "Connection: close\r\nContent-Length: 5\r\n\r\n[1,";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    return socket;
  }

  private static String otherHalf(Socket socket) throws IOException {
    socket.getOutputStream().write("2]".getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    try (InputStream in = socket.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aFloodIsToldToComeBackAndTheOthersAreAnswered() throws Exception {
    List<Socket> held = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      held.add(halfARequest());
    }
    eventually(() -> get("/metrics").contains("ockham_in_flight 3\n"));

    for (int i = 0; i < 50; i++) {
      HttpResponse<String> answer = post(ROWS, "[1,2]");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      assertThat(answer.body()).isEqualTo("{\"error\":\"too many requests at once\"}\n");
    }
    for (Socket socket : held) {
      assertThat(otherHalf(socket)).startsWith("HTTP/1.1 200 OK").contains("\"predictions\":[");
    }
    eventually(() -> get("/metrics").contains("ockham_in_flight 0\n"));
    assertThat(post(ROWS, "[1,2]").statusCode()).isEqualTo(200);
    assertThat(get("/metrics"))
        .contains(
            "ockham_requests_total{status=\"200\"} 4\n",
            "ockham_requests_total{status=\"503\"} 50\n");
  }

  @Test
  void whatWasBegunIsAnsweredBeforeItStops() throws Exception {
    Socket begun = halfARequest();
    eventually(() -> get("/metrics").contains("ockham_in_flight 1\n"));

    CompletableFuture<Void> stopped = CompletableFuture.runAsync(service::close);
    eventually(() -> get("/health").equals("stopping\n"));
    assertThat(post(ROWS, "[1,2]").statusCode()).isEqualTo(503);
    assertThat(stopped).isNotDone();

    assertThat(otherHalf(begun)).startsWith("HTTP/1.1 200 OK");
    stopped.get();
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> get("/health"));
  }

  @Test
  void whatIsNoModelDoesNotStart() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.safetensors"), "nothing");
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> PredictionService.start(bad, new InetSocketAddress(HERE, 0), LIMITS))
        .withMessageContaining("bad.safetensors");
  }

  @Test
  void whatIsAskedWronglyIsSaidInOneLine() {
    assertThat(PredictionService.address(new String[] {"m", "0"}).getPort()).isZero();
    assertThat(PredictionService.address(new String[] {"m"}).getPort()).isEqualTo(8080);
    for (String port : List.of("abc", "-1", "65536", "")) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> PredictionService.address(new String[] {"m", port}))
          .withMessage("PORT is '%s'; it must be from 0 to 65535".formatted(port));
    }
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> PredictionService.file(new String[0]))
        .withMessageContaining("MODEL");
  }
}
