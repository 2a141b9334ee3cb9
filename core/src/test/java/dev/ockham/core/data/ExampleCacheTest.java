package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.core.table.TableData;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoded examples are kept for the next time, and thrown away when they no longer hold. */
class ExampleCacheTest {

  private static final List<Input> INPUTS =
      List.of(new Input("left", Shape.of(1)), new Input("right", Shape.of(1)));

  @TempDir Path folder;
  private RecordingListener listener = new RecordingListener();

  private ExampleCache cache(long worthAFile) {
    listener = new RecordingListener();
    return ExampleCache.in(folder.resolve("decoded"), worthAFile, listener);
  }

  private static DataSpec labelled(String label) {
    DataSpec spec = DataSpec.defaults();
    TableSpec table = spec.table().labelled(label);
    return spec.withTable(table);
  }

  private Path table(int first) throws IOException {
    StringBuilder text = new StringBuilder("size,colour,kind\n");
    for (int i = 0; i < 60; i++) {
      text.append(first + i).append(i % 3 == 0 ? ",red," : ",blue,");
      text.append(i % 2 == 0 ? "a\n" : "b\n");
    }
    return Files.writeString(folder.resolve("things.csv"), text);
  }

  private Dataset read(Path file, long worthAFile) throws IOException {
    return TableData.read("t", file, labelled("kind"), folder, cache(worthAFile));
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("decoded"))) {
      return files.toList();
    }
  }

  private static MemorySegment values(Examples examples) {
    return ((Features) examples).values();
  }

  private static void requireSame(Dataset one, Dataset other) {
    assertThat(other.contentHash()).isEqualTo(one.contentHash());
    assertThat(ContentHash.of(other.train(), other.test())).isEqualTo(one.contentHash());
    assertThat(other.rules()).isEqualTo(one.rules());
    assertThat(other.outputs()).isEqualTo(one.outputs());
    assertThat(other.origin()).isEqualTo(one.origin());
    assertThat(other.testGiven()).isEqualTo(one.testGiven());
  }

  @Test
  void aTableIsEncodedOnce() throws IOException {
    Path file = table(0);
    Dataset plain = read(file, Long.MAX_VALUE);
    assertThat(values(plain.train()).isMapped()).isFalse();
    assertThat(folder.resolve("decoded")).doesNotExist();
    Dataset first = read(file, 1);
    List<String> said = listener.notices;
    assertThat(said).anyMatch(line -> line.contains("has no test part"));
    assertThat(values(first.train()).isMapped()).isTrue();
    requireSame(plain, first);
    FileTime made = Files.getLastModifiedTime(kept().getFirst());
    Dataset second = read(file, 1);
    assertThat(listener.notices).isEqualTo(said);
    requireSame(first, second);
    assertThat(kept()).hasSize(1);
    assertThat(Files.getLastModifiedTime(kept().getFirst())).isGreaterThanOrEqualTo(made);
  }

  @Test
  void changesOfTheSourceAndOfTheRulesAreSeen() throws IOException {
    Dataset first = read(table(0), 1);
    Dataset second = read(table(1000), 1);
    assertThat(listener.notices).anyMatch(line -> line.contains("its source has changed"));
    assertThat(second.contentHash()).isNotEqualTo(first.contentHash());
    assertThat(kept()).hasSize(1);
    Path file = folder.resolve("things.csv");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(1000)));
    requireSame(second, read(file, 1));
    assertThat(listener.notices).anyMatch(line -> line.contains("its source has changed"));
    DataSpec other = labelled("colour");
    Dataset colours = TableData.read("t", file, other, folder, cache(1));
    assertThat(colours.classNames()).containsExactly("blue", "red");
    assertThat(kept()).hasSize(2);
  }

  @Test
  void damageIsFoundWhereAskedAndMended() throws IOException {
    Path file = table(0);
    Dataset first = read(file, 1);
    try (FileChannel channel = FileChannel.open(kept().getFirst(), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {9, 9, 9}), 100);
    }
    Dataset checked = read(file, 1);
    assertThat(listener.notices).anyMatch(line -> line.contains("is damaged"));
    requireSame(first, checked);
    try (FileChannel channel = FileChannel.open(kept().getFirst(), StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1);
    }
    requireSame(first, read(file, 1));
    assertThat(listener.notices).anyMatch(line -> line.contains("is no cache of this version"));
  }

  @Test
  void nothingIsLeftOfWhatFails() throws IOException {
    Path file = table(0);
    Files.writeString(file, Files.readString(file) + "7,red\n");
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> read(file, 1))
        .withMessageContainingAll("things.csv", "line 62");
    assertThat(folder.resolve("decoded").toFile().list()).isNullOrEmpty();
  }

  @Test
  void aCacheThatCannotBeWrittenIsDoneWithout() throws IOException {
    Files.writeString(folder.resolve("decoded"), "a file where the folder would be");
    Dataset data = read(table(0), 1);
    assertThat(values(data.train()).isMapped()).isFalse();
    assertThat(listener.notices).filteredOn(line -> line.contains("not kept")).isNotEmpty();
  }

  @Test
  void everyKindOfTargetComesBack() throws IOException {
    Path source = Files.writeString(folder.resolve("source"), "x");
    Targets numbers = Numbers.of(2, new float[] {1, 2, 3, 4, 5, 6});
    Targets labels = LabelSets.of(2, new byte[] {1, 0, 0, 0, 1, 1});
    for (Targets targets : List.of(numbers, labels)) {
      String way = targets.toString();
      Dataset made =
          cache(1)
              .read(
                  "n",
                  List.of(source),
                  way,
                  (room, heard) -> {
                    RowStore store = room.store(source);
                    store.add(MemorySegment.ofArray(new float[] {1, -2, 3, 4, 5, 6}));
                    Features part = Features.of(Shape.of(2), store.numbers(), targets);
                    Features all =
                        part.withBelonging(Belonging.groups(new int[] {0, 1, 0}))
                            .withInputs(INPUTS);
                    return Dataset.of("n", 2, DataRules.NONE, all, all, "there");
                  });
      assertThat(made.train()).isSameAs(made.test());
      Features train = (Features) made.train();
      assertThat(train.values(0, 3)).containsExactly(1, -2, 3, 4, 5, 6);
      assertThat(train.inputs()).isEqualTo(INPUTS);
      assertThat(train.belonging().name()).isEqualTo("GROUPS");
      assertThat(train.belonging().numbers()).containsExactly(0, 1, 0);
      assertThat(ContentHash.of(train, train)).isEqualTo(made.contentHash());
    }
  }
}
