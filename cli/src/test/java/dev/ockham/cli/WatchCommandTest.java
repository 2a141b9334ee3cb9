package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ockham watch} as people start it; what it serves has tests of its own. */
@Timeout(120)
class WatchCommandTest {

  private static final Pattern ADDRESS =
      Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/[0-9a-f]{32}/");

  @TempDir private Path folder;

  @Test
  void servesAnEmptyFolderUntilItIsInterrupted() throws Exception {
    StringWriter out = new StringWriter();
    FutureTask<Integer> command =
        new FutureTask<>(() ->
            Ockham.commandLine()
                .setOut(new PrintWriter(out, true))
                .execute("watch", folder.toString()));
    Thread thread = Thread.ofPlatform().start(command);
    Matcher address = ADDRESS.matcher("");
    while (!address.reset(out.toString()).find()) {
      assertThat(command.isDone()).isFalse();
      Thread.sleep(20);
    }
    assertThat(out.toString()).startsWith("watching " + folder + ": http://127.0.0.1:");
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest page = HttpRequest.newBuilder(URI.create(address.group())).build();
      HttpResponse<String> answer = client.send(page, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("No run is here yet.");
    }
    CommandLineRun second = CommandLineRun.of("watch", folder, "--port", address.group(1));
    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(second.err())
        .startsWith("ockham: port " + address.group(1) + " of 127.0.0.1 cannot be used")
        .hasLineCount(1);
    thread.interrupt();
    assertThat(command.get()).isZero();
  }
}
