package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** A command line with the named commands only says what the whole one says. */
class PartialCommandLineTest {

  static Stream<List<String>> calls() {
    List<List<String>> calls =
        new ArrayList<>(
            List.of(
                List.of(),
                List.of("--help"),
                List.of("-V"),
                List.of("--no-such-option"),
                List.of("trian"),
                List.of("--help", "train"),
                List.of("lab", "kl", "--help"),
                List.of("train", "--no-such-option"),
                List.of("predict")));
    Ockham.commandLine().getSubcommands().keySet().forEach(name -> calls.add(List.of(name, "-h")));
    return calls.stream();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void saysTheSame(List<String> call) {
    String[] arguments = call.toArray(String[]::new);
    assertThat(said(Ockham.commandLine(arguments), arguments))
        .isEqualTo(said(Ockham.commandLine(), arguments));
  }

  private static String said(CommandLine line, String... arguments) {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text);
    int code = line.setOut(writer).setErr(writer).execute(arguments);
    return code + text.toString();
  }
}
