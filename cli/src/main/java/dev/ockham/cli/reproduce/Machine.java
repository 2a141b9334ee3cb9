package dev.ockham.cli.reproduce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What a result was measured on. */
public final class Machine {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private Machine() {}

  /**
   * This one.
   *
   * @param threads of each run
   * @param processes runs at once
   */
  public static Map<String, Object> describe(int threads, int processes) {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("processor", processor());
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    machine.put("threads", threads);
    machine.put("processes", processes);
    return machine;
  }

  /** Its name where the system tells, else its kind. */
  private static String processor() {
    try (Stream<String> lines = Files.lines(CPUINFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
