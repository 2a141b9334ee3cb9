package dev.ockham.cli.reproduce;

import dev.ockham.core.run.Software;
import dev.ockham.train.engine.Libtorch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How a measured time came about: by which command, on which machine, with which software. */
public final class Circumstances {

  private Circumstances() {}

  /**
   * Adds them to a result, as {@code command}, {@code machine} and {@code software}.
   *
   * @param result of a command that has loaded libtorch
   * @param arguments as they were typed, without {@code ockham}
   * @param threads that were computed with
   */
  public static void put(
      Map<String, @Nullable Object> result, List<String> arguments, int threads) {
    result.put("command", command(arguments));
    result.put("machine", Machine.describe(threads, 1));
    Map<String, Object> software = new LinkedHashMap<>(Software.versions());
    software.put("libtorch", Libtorch.version());
    software.put("onednn", Libtorch.usesOneDnn());
    result.put("software", software);
  }

  /**
   * What was typed, to be typed again; the form that it is printed in is no part of it.
   *
   * @param arguments behind {@code ockham}
   */
  public static String command(List<String> arguments) {
    return arguments.stream()
        .filter(argument -> !argument.equals("--json"))
        .map(argument -> argument.matches("[\\w@%+=:,./-]+") ? argument : "'" + argument + "'")
        .collect(Collectors.joining(" ", "ockham ", ""));
  }

  /** In a line of a page. */
  static String line(JsonNode result) {
    JsonNode software = result.path("software");
    return String.format(
        Locale.ROOT,
        "On %s with %d cores; Java %s, libtorch %s%s; commit %s.",
        result.path("machine").path("processor").asString(),
        result.path("machine").path("cores").asInt(),
        software.path("java").asString(),
        software.path("libtorch").asString(),
        software.path("onednn").asBoolean(true)
            ? ""
            : " without oneDNN, which is wrong there ([why](internals.md#convolutions))",
        software.path("commit").asString());
  }
}
