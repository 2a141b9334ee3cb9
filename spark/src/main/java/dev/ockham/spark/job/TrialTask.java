package dev.ockham.spark.job;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;

/**
 * Trains one run in a process beside the executor, on this machine's disk. What it saves is copied
 * to where all machines see it; a run that another executor began goes on from there.
 *
 * @param store where all machines see it
 * @param token a file there, which tells whether this machine sees it
 * @param classPath Ockham's jars on this machine
 */
record TrialTask(RunStore store, String token, String classPath)
    implements Function<String[], String> {

  private static final long LOOK_MILLIS = 300;
  private static final int OLDEST_JAVA = 25;
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "--add-modules=jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /**
   * Trains one run of a sweep.
   *
   * @param trial its name and its recipe
   * @return its name
   */
  @Override
  public String call(String[] trial) throws IOException {
    String name = trial[0];
    requireSuitable();
    Path work = Files.createTempDirectory("ockham-trial");
    try {
      Path run = work.resolve(name);
      store.fetch(name, run);
      Path recipe = Files.writeString(work.resolve(name + ".yaml"), trial[1]);
      Path log = work.resolve(name + ".log");
      train(name, run, recipe, log);
      store.put(log, name + ".log");
      return name;
    } finally {
      remove(work);
    }
  }

  private void requireSuitable() throws IOException {
    String host = InetAddress.getLocalHost().getHostName();
    if (Runtime.version().feature() < OLDEST_JAVA) {
      throw new ScoringException(
          "%s runs Java %s, but training needs Java %s"
              .formatted(host, Runtime.version().feature(), OLDEST_JAVA));
    }
    if (!store.has(token)) {
      throw new ScoringException(
          "%s is not shared: %s does not see what the driver wrote there"
              .formatted(store.folder(), host));
    }
  }

  private void train(String name, Path run, Path recipe, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(List.of("-cp", classPath, "dev.ockham.cli.Ockham", "train"));
    command.addAll(List.of("--recipe", recipe.toString(), "--out", run.toString(), "--resume"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(log.toFile()));
    builder.environment().put("OCKHAM_END_WITH_PARENT", "1");
    builder.environment().remove("OCKHAM_TERMINAL");
    Process process = builder.start();
    Map<String, FileTime> sent = RunStore.nothing();
    try {
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        TaskContext task = TaskContext.get();
        if (task != null && task.isInterrupted()) {
          throw new InterruptedIOException("the task was called off");
        }
        if (Files.isDirectory(run)) {
          store.send(run, name, sent);
        }
      }
      if (Files.isDirectory(run)) {
        store.send(run, name, sent);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the task was called off");
    } finally {
      process.destroyForcibly();
    }
  }

  private static void remove(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }
}
