package dev.ockham.cli.process;

import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.AtomicFile;
import dev.ockham.train.run.Training;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs and commands as tasks of Spark, each a process of its own there. Their folders come to where
 * those of {@link ParallelRuns} and {@link CommandProcess} are.
 *
 * <p>The first that are submitted lock the folder, until this is closed.
 */
public final class SparkTasks implements TrialRunner, CommandRunner, AutoCloseable {

  private static final String LOCK = ".spark.lock";

  private final Path folder;
  private final String lockName;
  private final String shared;
  private final Submit submit;
  private @Nullable FileChannel lock;

  /** Hands a plan to Spark. */
  @FunctionalInterface
  public interface Submit {
    /**
     * Waits for its end.
     *
     * @param threads of each task
     * @param words what the program is told of the plan
     * @throws RunException saying in one line why it failed
     */
    void run(int threads, List<String> words) throws IOException;
  }

  /**
   * What one command of a plan is.
   *
   * @param name of its folder
   * @param words behind {@code ockham}
   * @param recipe whether a recipe lies beside the folder
   */
  private record Task(String name, List<String> words, boolean recipe) {
    List<String> lines() {
      List<String> lines = new ArrayList<>(List.of("task " + name));
      if (recipe) {
        lines.add("recipe");
      }
      words.forEach(word -> lines.add("word " + escaped(word)));
      return lines;
    }

    /** A line of its own, for {@link String#translateEscapes}. */
    private static String escaped(String word) {
      return word.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }
  }

  /** How a command of a plan ended, and where. */
  private record TaskEnd(int exitCode, String machine) {}

  /**
   * Submits nothing yet.
   *
   * @param folder that has the folders of all of them, here
   * @param shared address of a folder that all machines see; empty where that one is it
   */
  public SparkTasks(Path folder, String shared, Submit submit) {
    this(folder, LOCK, shared, submit);
  }

  private SparkTasks(Path folder, String lockName, String shared, Submit submit) {
    this.folder = folder.toAbsolutePath().normalize();
    this.lockName = lockName;
    this.shared = shared;
    this.submit = submit;
  }

  /**
   * Submits one run, and nothing yet.
   *
   * @param run its folder, here
   * @param shared address of a folder that all machines see; empty where the one around the run is
   */
  public static SparkTasks ofOne(Path run, String shared, Submit submit) {
    return new SparkTasks(place(run), "." + name(run) + LOCK, shared, submit);
  }

  @Override
  public List<RunEnd> train(List<PlannedRun> runs) throws IOException {
    ParallelRuns.requireUsable(runs);
    requireAlone();
    List<Task> tasks = new ArrayList<>();
    int threads = runs.getFirst().spec().training().threads();
    for (PlannedRun run : runs) {
      if (run.spec().training().threads() != threads) {
        throw new SpecException(
            "training.threads is %s in %s and %s in %s; all tasks of Spark have as many"
                .formatted(
                    threads,
                    runs.getFirst().title(),
                    run.spec().training().threads(),
                    run.title()));
      }
      Optional<RunRecord> record = Training.recorded(run.spec(), run.folder());
      if (record.isEmpty() || record.get().status() != RunRecord.Status.FINISHED) {
        Files.createDirectories(run.recipe().getParent());
        AtomicFile.writeString(run.recipe(), SpecTree.of(run.spec()).toYaml());
        tasks.add(new Task(name(run.folder().root()), List.of("train"), true));
      }
    }
    Map<String, TaskEnd> there = submitted(place(runs.getFirst().folder().root()), threads, tasks);
    List<RunEnd> ends = new ArrayList<>();
    for (PlannedRun run : runs) {
      TaskEnd end = there.get(name(run.folder().root()));
      ends.add(RunEnd.of(run, end == null ? "on Spark" : "on " + end.machine()));
    }
    return ends;
  }

  @Override
  public List<CommandProcess.End> run(
      List<CommandProcess> commands, Consumer<CommandProcess.End> ended) throws IOException {
    if (commands.isEmpty()) {
      return List.of();
    }
    requireAlone();
    CommandProcess first = commands.getFirst();
    List<Task> tasks =
        commands.stream()
            .map(each -> new Task(name(each.folder()), each.arguments(), false))
            .toList();
    Map<String, TaskEnd> there = submitted(place(first.folder()), first.threads(), tasks);
    List<CommandProcess.End> ends = new ArrayList<>();
    for (CommandProcess command : commands) {
      TaskEnd end = there.getOrDefault(name(command.folder()), new TaskEnd(-1, "Spark"));
      String complaint = new ProcessLog(command.log()).complaint(0);
      ends.add(
          new CommandProcess.End(
              command,
              end.exitCode(),
              complaint.isEmpty() ? "" : "on " + end.machine() + ": " + complaint));
      ended.accept(ends.getLast());
    }
    return ends;
  }

  private static String name(Path folder) {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }

  private static Path place(Path folder) {
    Path parent = folder.toAbsolutePath().normalize().getParent();
    if (parent == null) {
      throw new SpecException(folder + " has no folder around it");
    }
    return parent;
  }

  private Map<String, TaskEnd> submitted(Path place, int threads, List<Task> tasks)
      throws IOException {
    Map<String, TaskEnd> ends = new HashMap<>();
    if (tasks.isEmpty()) {
      return ends;
    }
    Path plan = Files.createTempFile("ockham-plan", ".txt");
    Path said = Files.createTempFile("ockham-ends", ".txt");
    plan.toFile().deleteOnExit(); // Where a signal ends this program.
    said.toFile().deleteOnExit();
    try {
      Files.write(plan, tasks.stream().flatMap(task -> task.lines().stream()).toList());
      Map<String, String> options = new LinkedHashMap<>();
      options.put("--out", place.toString());
      options.put("--in", Path.of("").toAbsolutePath().toString());
      options.put("--plan", plan.toString());
      options.put("--ends", said.toString());
      if (!shared.isEmpty()) {
        String below = folder.relativize(place).toString();
        options.put("--shared", below.isEmpty() ? shared : shared + "/" + below);
      }
      List<String> words = new ArrayList<>();
      options.forEach((option, value) -> words.addAll(List.of(option, value)));
      submit.run(threads, words);
      for (String line : Files.readAllLines(said)) {
        String[] parts = line.split("\t", 3);
        ends.put(parts[0], new TaskEnd(Integer.parseInt(parts[1]), parts[2]));
      }
      return ends;
    } finally {
      Files.deleteIfExists(plan);
      Files.deleteIfExists(said);
    }
  }

  private void requireAlone() throws IOException {
    if (lock != null) {
      return;
    }
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(lockName), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!locks(channel)) {
      channel.close();
      throw new RunException("%s: another job is at work there".formatted(locked()));
    }
    lock = channel;
  }

  /** What is locked: the folder, or one run in it. */
  private Path locked() {
    return lockName.equals(LOCK)
        ? folder
        : folder.resolve(lockName.substring(1, lockName.length() - LOCK.length()));
  }

  private static boolean locks(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock held = channel.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) {
      return false; // held by this very process
    }
  }

  /** Gives the folder free. */
  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }
}
