package dev.ockham.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attacks each reader for a number of seconds, in a process of its own, two at once. What an attack
 * finds is in {@code fuzz/target/fuzz/NAME}; copied to {@code fuzz/seeds/NAME}, it is a test.
 */
@EnabledIfSystemProperty(named = "ockham.fuzz.seconds", matches = "[1-9]\\d*")
@Execution(ExecutionMode.CONCURRENT)
class JazzerTest {

  private static final Pattern DONE = Pattern.compile("stat::number_of_executed_units: (\\d+)");
  private static final Pattern COVERAGE = Pattern.compile("cov: (\\d+)");

  static List<Targets.Target> targets() {
    return Targets.all();
  }

  @ParameterizedTest
  @MethodSource("targets")
  @Execution(ExecutionMode.CONCURRENT)
  void findsNothing(Targets.Target target) throws IOException, InterruptedException {
    Path work = Path.of("target", "fuzz", target.name()).toAbsolutePath();
    Path corpus = Files.createDirectories(work.resolve("corpus"));
    Path log = work.resolve("log");
    Process process =
        new ProcessBuilder(command(target, work, corpus))
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int code = process.waitFor();
    String said = Files.readString(log, StandardCharsets.ISO_8859_1);
    assertThat(code).as("%s: %s", log, tail(said)).isZero();
    long executions = DONE.matcher(said).results().mapToLong(JazzerTest::number).max().orElse(0);
    long coverage = COVERAGE.matcher(said).results().mapToLong(JazzerTest::number).max().orElse(0);
    assertThat(executions).as("executions, see %s", log).isPositive();
    Files.writeString(
        work.resolve("figures"), "%s\t%s\t%s\n".formatted(target, executions, coverage));
  }

  private static List<String> command(Targets.Target target, Path work, Path corpus) {
    String seconds = System.getProperty("ockham.fuzz.seconds");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + target.type().getName(),
            "--instrumentation_includes=dev.ockham.**",
            "--custom_hook_includes=dev.ockham.**",
            "--reproducer_path=" + work,
            "-artifact_prefix=" + work + "/",
            "-max_total_time=" + seconds,
            "-seed=" + System.getProperty("ockham.fuzz.seed"),
            "-timeout=60",
            "-print_final_stats=1",
            corpus.toString(),
            target.seeds().toAbsolutePath().toString()));
    return command;
  }

  private static long number(MatchResult found) {
    return Long.parseLong(found.group(1));
  }

  private static String tail(String said) {
    return said.substring(Math.max(0, said.length() - 3000));
  }
}
