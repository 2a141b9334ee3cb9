package dev.ockham.spark.job;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * One of several workers that train a run together, in a stage whose tasks all run at once. Rank 0
 * says where the others find it, and what it saves is copied to where all machines see it. Where
 * one is gone, all begin again from there.
 */
final class RankTask extends AbstractFunction1<Iterator<Integer>, Iterator<String>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a worker says that has lost another one; the stage is tried again. */
  private static final String LOST = "(?s).*\\bworkers?( [\\d, ]+)? of \\d+ (is|are) gone\\b.*";

  private static final String COMPLAINT = "ockham: ";
  private static final String DIED = "a worker died without a word";

  /** What a worker says that did not come together with the others, perhaps by chance. */
  private static final String APART =
      "(?s).*\\b(nobody answers at|cannot listen at|cannot (meet|reach) the others|workers have"
          + " come)\\b.*";

  /** How often a stage is tried whose workers do not come together. */
  private static final int TRIES = 3;

  private final CommandTask task;
  private final PlannedCommand command;
  private final int workers;

  /**
   * A worker.
   *
   * @param task how a command is run
   * @param command that trains, without which worker it is
   */
  RankTask(CommandTask task, PlannedCommand command, int workers) {
    this.task = task;
    this.command = command;
    this.workers = workers;
  }

  @Override
  public Iterator<String> apply(Iterator<Integer> partition) {
    try {
      return CollectionConverters.asScala(List.of(run(BarrierTaskContext.get())).iterator());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Trains to the end; how that was, as {@link CommandTask} has it, and behind it what is wrong
   * where another attempt would not help.
   */
  private String run(BarrierTaskContext context) throws IOException {
    int rank = context.partitionId();
    String meeting = context.allGather(rank == 0 ? address(context) : "")[0];
    List<String> words = new ArrayList<>(command.words());
    words.addAll(List.of("--workers", Integer.toString(workers)));
    words.addAll(List.of("--rank", Integer.toString(rank), "--meet", meeting));
    String name = rank == 0 ? command.name() : command.name() + "-rank-" + rank;
    String end = task.call(new PlannedCommand(name, words, command.recipe()));
    String fault = end.contains("\t0\t") ? "" : fault(lastLine(name));
    String[] faults = context.allGather(fault);
    String chance = "";
    for (int each = 0; each < faults.length; each++) {
      boolean lost = faults[each].matches(LOST) || faults[each].equals(DIED);
      if (lost || (faults[each].matches(APART) && attempt(context) < TRIES)) {
        chance = faults[each];
      } else if (!faults[each].isEmpty()) {
        // All others were left by this one, who would say the same again.
        return "%s\tworker %s: %s".formatted(end, each, faults[each]);
      }
    }
    if (!chance.isEmpty()) {
      throw new ScoringException("%s, %s times".formatted(chance, attempt(context)));
    }
    return end;
  }

  /** What a process complained of last; of one that was killed, that it died. */
  private static String fault(String line) {
    return line.startsWith(COMPLAINT) ? line.substring(COMPLAINT.length()) : DIED;
  }

  private static int attempt(BarrierTaskContext context) {
    return context.stageAttemptNumber() + 1;
  }

  private String lastLine(String name) throws IOException {
    Path log = Files.createTempFile("ockham-rank", ".log");
    try {
      task.store().fetchFile(name + ".log", log);
      List<String> lines = Files.readAllLines(log);
      return lines.isEmpty() ? "" : lines.getLast();
    } finally {
      Files.deleteIfExists(log);
    }
  }

  /** This executor's address as Spark has it, and a port that is free now. */
  private static String address(BarrierTaskContext context) throws IOException {
    String own = context.getTaskInfos()[context.partitionId()].address();
    String host = own.replaceFirst(":\\d+$", "");
    try (ServerSocket free = new ServerSocket(0)) {
      return host + ":" + free.getLocalPort();
    }
  }
}
