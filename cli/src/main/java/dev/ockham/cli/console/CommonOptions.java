package dev.ockham.cli.console;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Options and output that all commands share. */
public final class CommonOptions {

  @Option(
      names = "--json",
      description =
          "Print JSON, and nothing else, on standard output: one object (predict: one a line).")
  private boolean json;

  @Option(names = "--verbose", description = "Print a stack trace where something fails.")
  private boolean verbose; // Mistakes asks the parser

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli asks the parser
  private boolean help;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private @Nullable PrintWriter out;
  private @Nullable PrintWriter err;

  /** Whether a program reads the result. */
  public boolean json() {
    return json;
  }

  /** Whether more is to be said than what came out. */
  public boolean verbose() {
    return verbose;
  }

  /** What was typed behind {@code ockham}. */
  public List<String> arguments() {
    return command.root().commandLine().getParseResult().originalArgs();
  }

  /** Where progress and remarks go, so that standard output holds the result alone. */
  public PrintWriter err() {
    PrintWriter known = err;
    if (known == null) {
      known = new PrintWriter(new PrintableWriter(command.commandLine().getErr()), true);
      err = known;
    }
    return known;
  }

  /** Where the result goes. */
  public PrintWriter out() {
    PrintWriter known = out;
    if (known == null) {
      known = new PrintWriter(new PrintableWriter(command.commandLine().getOut()), true);
      out = known;
    }
    return known;
  }

  /**
   * Prints a result: as JSON where that is asked for, else as text.
   *
   * @throws UncheckedIOException if standard output cannot be written to
   */
  public void print(Map<String, Object> result, Runnable text) {
    if (json) {
      out().println(toJson(result));
    } else {
      text.run();
    }
    requireWritten();
  }

  /**
   * Flushes standard output, which keeps its errors to itself: a full disk behind it must be one, a
   * reader that has enough is none.
   *
   * @throws UncheckedIOException if anything could not be written since the command began
   */
  public void requireWritten() {
    // The parser's writer does not pass on what System.out knows.
    boolean failed = out().checkError() || command.commandLine().getOut().checkError();
    if ((failed || System.out.checkError()) && !StandardOutput.readerIsGone()) {
      throw new UncheckedIOException(
          new IOException("standard output: the result could not be written"));
    }
  }

  /** A result as one line of JSON, for standard output and for files alike. */
  public String toJson(Map<String, Object> result) {
    return new JsonMapper().writeValueAsString(finite(result));
  }

  /** JSON has no infinity; an infinite compression becomes null, at any depth. */
  private static @Nullable Object finite(@Nullable Object value) {
    return switch (value) {
      case Double d when !Double.isFinite(d) -> null;
      case Map<?, ?> map -> {
        Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, inner) -> copy.put(key, finite(inner)));
        yield copy;
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        list.forEach(inner -> copy.add(finite(inner)));
        yield copy;
      }
      case null, default -> value;
    };
  }
}
