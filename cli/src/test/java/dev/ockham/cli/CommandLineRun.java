package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What one command did, run within this process. */
record CommandLineRun(int exitCode, String out, String err) {

  private static final JsonMapper JSON = new JsonMapper();

  static CommandLineRun of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        Ockham.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = String.valueOf(arguments[i]);
    }
    int exitCode = line.execute(texts);
    return new CommandLineRun(exitCode, out.toString(), err.toString());
  }

  /** Runs a command that must succeed and print one JSON object and nothing else. */
  static JsonNode json(Object... arguments) {
    CommandLineRun run = of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(1);
    JsonNode node = JSON.readTree(run.out());
    assertThat(node.isObject()).isTrue();
    return node;
  }
}
