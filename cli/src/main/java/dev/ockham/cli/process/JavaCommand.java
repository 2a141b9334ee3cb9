package dev.ockham.cli.process;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this program is started again, on the JDK and with the JVM flags of this process. */
final class JavaCommand {

  private static final String MAIN = "dev.ockham.cli.Ockham";

  private JavaCommand() {}

  /**
   * The words of a command.
   *
   * @param classPath of the new process
   * @param arguments of {@code ockham}
   */
  static List<String> of(String classPath, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // A debugger or profiler of this process cannot be in two.
      if (!flag.startsWith("-agent") && !flag.startsWith("-javaagent")) {
        command.add(flag);
      }
    }
    command.addAll(List.of("-cp", classPath, MAIN));
    command.addAll(arguments);
    return command;
  }
}
