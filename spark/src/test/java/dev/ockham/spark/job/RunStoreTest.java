package dev.ockham.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of runs that go to a shared folder and come back. */
class RunStoreTest {

  @TempDir private Path folder;

  private Path work;
  private RunStore store;

  @BeforeEach
  void begin() throws IOException {
    work = Files.createDirectories(folder.resolve("work/ard-1"));
    store = new RunStore(folder.resolve("shared").toUri().toString());
  }

  private void write(String name, String text, int second) throws IOException {
    Path file = work.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000L * second));
  }

  private static List<String> files(Path of) throws IOException {
    try (Stream<Path> all = Files.walk(of)) {
      return all.filter(Files::isRegularFile)
          .map(file -> of.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void whatHasNotBegunIsLeftWhereItIs() throws IOException {
    write("network.json", "a", 1);
    store.send(work, "ard-1", new HashMap<>());
    assertThat(store.fetch("ard-1", folder.resolve("other"))).isEmpty();
    assertThat(folder.resolve("other")).doesNotExist();
  }

  @Test
  void changesGoAndWhatIsGoneGoesToo() throws IOException {
    write("compress.json", "begun", 1);
    write("round-1/run.json", "running", 1);
    write("round-1/run.lock", "", 1);
    write("round-1/checkpoints/last.safetensors", "epoch 1", 1);
    write("round-1/checkpoints/previous.safetensors", "epoch 0", 1);
    Map<String, FileTime> sent = new HashMap<>();
    store.send(work, "ard-1", sent);
    Path shared = folder.resolve("shared/ard-1");
    assertThat(files(shared))
        .containsExactly(
            "compress.json",
            "round-1/checkpoints/last.safetensors",
            "round-1/checkpoints/previous.safetensors",
            "round-1/run.json");
    Files.delete(work.resolve("round-1/checkpoints/previous.safetensors"));
    write("round-1/run.json", "finished", 2);
    write("summary.json", "done", 2);
    store.send(work, "ard-1", sent);
    Path back = folder.resolve("back");
    assertThat(store.fetch("ard-1", back)).hasSize(4);
    assertThat(files(back))
        .containsExactly(
            "compress.json",
            "round-1/checkpoints/last.safetensors",
            "round-1/run.json",
            "summary.json");
    assertThat(back.resolve("round-1/run.json")).hasContent("finished");
    assertThat(files(folder.resolve("work")).stream().filter(name -> !name.startsWith("ard-1")))
        .isEmpty();
  }

  /** What was fetched is not sent again before it changes. */
  @Test
  void whatCameBackIsKnown() throws IOException {
    write("run.json", "running", 1);
    write("metrics.jsonl", "one", 1);
    store.send(work, "ard-1", new HashMap<>());
    Path back = folder.resolve("there/ard-1");
    Map<String, FileTime> fetched = store.fetch("ard-1", back);
    Path shared = folder.resolve("shared/ard-1");
    Files.writeString(shared.resolve("metrics.jsonl"), "untouched");
    store.send(back, "ard-1", fetched);
    assertThat(shared.resolve("metrics.jsonl")).hasContent("untouched");
    Files.setLastModifiedTime(back.resolve("metrics.jsonl"), FileTime.fromMillis(99_000));
    store.send(back, "ard-1", fetched);
    assertThat(shared.resolve("metrics.jsonl")).hasContent("one");
  }

  @Test
  void anAddressHasOneForm() {
    assertThat(new RunStore("file:///runs/lr/")).isEqualTo(new RunStore("file:///runs/lr"));
    assertThat(new RunStore("hdfs://host/").folder()).isEqualTo("hdfs://host");
    assertThat(new RunStore("file:///").folder()).isEqualTo("file:///");
  }
}
