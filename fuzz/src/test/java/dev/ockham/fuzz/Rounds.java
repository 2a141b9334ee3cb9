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

/**
 * The attacks on one reader: processes of Jazzer one after the other, each of so many seconds and
 * with the inputs that those before it kept.
 */
final class Rounds {

  private static final Pattern DONE = Pattern.compile("stat::number_of_executed_units: (\\d+)");
  private static final Pattern COVERAGE = Pattern.compile("cov: (\\d+)");

  private final Targets.Target target;
  private final int seconds;
  private final Path work;
  private final Path corpus;

  private int rounds;
  private int roundsWithoutNews;
  private long executions;
  private long edges;

  Rounds(Targets.Target target, int seconds) throws IOException {
    this.target = target;
    this.seconds = seconds;
    this.work = Path.of("target", "fuzz", target.name()).toAbsolutePath();
    this.corpus = Files.createDirectories(work.resolve("corpus"));
  }

  /** One round more; fails if it finds anything. */
  void attack() throws IOException, InterruptedException {
    Path log = work.resolve("log");
    Process process =
        new ProcessBuilder(command())
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int code = process.waitFor();
    String said = Files.readString(log, StandardCharsets.ISO_8859_1);
    assertThat(code).as("%s: %s", log, tail(said)).isZero();
    long executed = largest(DONE, said);
    assertThat(executed).as("executions, see %s", log).isPositive();
    long reached = largest(COVERAGE, said);
    rounds++;
    roundsWithoutNews = reached > edges ? 0 : roundsWithoutNews + 1;
    executions += executed;
    edges = Math.max(edges, reached);
  }

  /** What came of all rounds so far. */
  Figures figures() {
    return new Figures(
        target.name(),
        executions,
        edges,
        (long) rounds * seconds,
        (long) roundsWithoutNews * seconds);
  }

  private List<String> command() {
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

  private static long largest(Pattern number, String said) {
    return number.matcher(said).results().mapToLong(Rounds::number).max().orElse(0);
  }

  private static long number(MatchResult found) {
    return Long.parseLong(found.group(1));
  }

  private static String tail(String said) {
    return said.substring(Math.max(0, said.length() - 3000));
  }
}
