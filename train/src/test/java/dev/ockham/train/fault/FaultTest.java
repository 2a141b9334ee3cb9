package dev.ockham.train.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Faults at operations on files that a seed chooses; it is printed, and can be given. */
class FaultTest {
  private static final int CASES = 40;

  @TempDir private Path temp;

  @Test
  void aRunSurvivesAFaultOfEveryKind() throws IOException, TrainingException {
    meet(Fault.values().length);
  }

  @Test
  @Tag("long")
  void aRunSurvivesFaultsAnywhere() throws IOException, TrainingException {
    meet(CASES);
  }

  /** With 1, every fault at every operation; with N, at every Nth. */
  @Test
  @EnabledIfSystemProperty(named = "ockham.faults.every", matches = "[1-9]\\d*")
  void aRunSurvivesEveryFault() throws IOException, TrainingException {
    FaultyRun run = new FaultyRun(temp);
    int operations = run.operations().size();
    List<String> lines = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      int met = 0;
      for (int at = 0; at < operations; at += Integer.getInteger("ockham.faults.every", 1)) {
        run.meet(fault, at);
        met++;
      }
      lines.add(
          "{\"fault\":\"%s\",\"operations\":%s,\"met\":%s}".formatted(fault, operations, met));
    }
    Path results = Path.of(System.getProperty("ockham.root"), "results", "reliability");
    Files.createDirectories(results);
    Files.writeString(results.resolve("faults.json"), "[\n" + String.join(",\n", lines) + "\n]\n");
  }

  private void meet(int cases) throws IOException, TrainingException {
    long seed = Long.getLong("ockham.faults.seed", System.nanoTime());
    System.out.println("-Dockham.faults.seed=" + seed);
    FaultyRun run = new FaultyRun(temp);
    assertThat(run.operations())
        .anyMatch(each -> each.startsWith("write ."))
        .contains("rename to run.json", "rename to last.safetensors", "link previous.safetensors")
        .contains("write metrics.jsonl", "force metrics.jsonl", "rename to model.safetensors");
    SplittableRandom random = new SplittableRandom(seed);
    List<Fault> faults = List.of(Fault.values());
    for (int i = 0; i < cases; i++) {
      run.meet(faults.get(i % faults.size()), random.nextInt(run.operations().size()));
    }
  }
}
