package dev.ockham.dist;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The Java runtime of an installation: the modules that Ockham and its libraries use. */
final class JavaRuntime {

  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.desktop",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "java.sql",
          "java.xml",
          "jdk.charsets",
          "jdk.httpserver",
          "jdk.incubator.vector",
          "jdk.management",
          "jdk.unsupported",
          "jdk.zipfs");

  /** What every start has; the vector module is not for every one, since it is slow to start. */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private JavaRuntime() {}

  /** Links it from the JDK that runs this. */
  static void link(Path target) throws IOException, InterruptedException {
    Commands.run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
            "--add-modules",
            String.join(",", MODULES),
            "--no-man-pages",
            "--no-header-files",
            "--strip-java-debug-attributes",
            "--add-options=" + String.join(" ", FLAGS),
            "--output",
            target.toString()));
  }
}
