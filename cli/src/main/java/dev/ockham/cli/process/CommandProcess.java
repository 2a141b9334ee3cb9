package dev.ockham.cli.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A command of this program that has a process of its own. {@code --out} and {@code --resume} come
 * behind it.
 *
 * @param folder that it fills; its name is the command's title, and what is said goes to a log
 *     beside it
 * @param arguments of {@code ockham}, which work wherever it was stopped before
 * @param threads that it computes with
 */
public record CommandProcess(Path folder, List<String> arguments, int threads) {

  private static final String TERMINAL = "OCKHAM_TERMINAL";
  private static final long LOOK_MILLIS = 200;

  /** Copies the list. */
  public CommandProcess {
    arguments = List.copyOf(arguments);
  }

  /** What it is, in a word or two. */
  public String title() {
    return String.valueOf(folder.getFileName());
  }

  /** What it says goes here, behind what it said before. */
  public Path log() {
    return folder.resolveSibling(title() + ".log");
  }

  /**
   * How one ended.
   *
   * @param exitCode of the process; −1 where it was not begun
   * @param complaint what it said was wrong; empty for nothing
   */
  public record End(CommandProcess command, int exitCode, String complaint) {}

  /**
   * Runs several, some of them at once, and waits for all.
   *
   * @param atOnce at least 1
   * @param stop asked again and again; true lets those that run save and stop, and begins no more
   * @param ended is told of each that has ended
   * @return how each ended, in the order of the commands
   * @throws IOException if one cannot be started; those that run are stopped
   */
  public static List<End> run(
      List<CommandProcess> commands, int atOnce, BooleanSupplier stop, Consumer<End> ended)
      throws IOException {
    Deque<CommandProcess> waiting = new ArrayDeque<>(commands);
    List<Running> running = new ArrayList<>();
    List<End> ends = new ArrayList<>();
    try {
      boolean stopping = false;
      while (!running.isEmpty() || !waiting.isEmpty()) {
        if (!stopping && stop.getAsBoolean()) {
          stopping = true;
          waiting.forEach(command -> ends.add(new End(command, -1, "")));
          waiting.clear();
          running.forEach(each -> each.process().destroy());
        }
        while (running.size() < atOnce && !waiting.isEmpty()) {
          running.add(waiting.remove().start());
        }
        for (Running each : List.copyOf(running)) {
          if (!each.process().isAlive()) {
            running.remove(each);
            ends.add(each.end());
            ended.accept(ends.getLast());
          }
        }
        pause();
      }
    } finally {
      running.forEach(each -> each.process().destroy());
    }
    return commands.stream()
        .map(command ->
            ends.stream().filter(end -> end.command().equals(command)).findFirst().orElseThrow())
        .toList();
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while other processes were at work", e);
    }
  }

  /**
   * A process at work.
   *
   * @param before bytes of the log when it began
   */
  private record Running(CommandProcess command, Process process, long before) {
    End end() throws IOException {
      return new End(command, process.exitValue(), new ProcessLog(command.log()).complaint(before));
    }
  }

  private Running start() throws IOException {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--out", folder.toString(), "--resume"));
    List<String> words = JavaCommand.of(System.getProperty("java.class.path"), all);
    long before = new ProcessLog(log()).length();
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log().toFile()));
    builder.environment().remove(TERMINAL);
    Process process = builder.start();
    process.getOutputStream().close();
    return new Running(this, process, before);
  }
}
