package dev.ockham.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The start-up cache of an installation: classes as they are after a rehearsal of some commands. It
 * holds for the runtime, the jars with their times, and the flags of the rehearsal. Commands that
 * compute go without: the JVM keeps no such cache of a start with the vector module, and one of
 * classes alone saves them half a second and costs 7 MB.
 */
final class StartUp {

  private static final String MODEL = "zoo/lenet-300-100-random-labels.safetensors";

  private StartUp() {}

  /**
   * Makes it.
   *
   * @param root of the source tree, which has a model
   * @param stage the installation with its jars and runtime
   * @param jars names in {@code lib}, in the order of the class path
   */
  static void rehearse(Path root, Path stage, List<String> jars)
      throws IOException, InterruptedException {
    String model = root.resolve(MODEL).toString();
    Path rows = Files.createTempFile("ockham-rehearsal", ".csv");
    Files.writeString(rows, "0,".repeat(783) + "0\n");
    Path lib = stage.resolve("lib").toAbsolutePath();
    Path cache = lib.resolve("ockham.aot");
    Commands.run(
        List.of(
            stage.resolve("runtime/bin/java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:AOTCacheOutput=" + cache,
            "-Dockham.home=" + stage.toAbsolutePath(),
            "-cp",
            jars.stream().map(jar -> lib.resolve(jar).toString()).collect(Collectors.joining(":")),
            "dev.ockham.cli.Rehearsal",
            "--version",
            "methods",
            "inspect " + model,
            "predict " + model + " --input " + rows,
            "--help"));
    Files.delete(rows);
    if (!Files.exists(cache)) {
      throw new IOException("the JVM wrote no " + cache);
    }
  }
}
