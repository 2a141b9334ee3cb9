package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.picture.TinyPictures;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.data.PictureRules.Fit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that are larger decoded than what is decoded anew each time. */
class PictureCacheTest {

  private static final int SIDE = 1200;
  private static final int PICTURES = 12;

  @TempDir Path folder;
  private Path data;
  private RecordingListener listener = new RecordingListener();

  @BeforeEach
  void makePictures() throws IOException {
    data = TinyPictures.zip(folder.resolve("large.zip"), pictures(0));
  }

  private static Map<String, byte[]> pictures(int first) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < PICTURES; i++) {
      files.put((i % 2 == 0 ? "b/" : "a/") + (char) ('a' + i) + ".png", picture(SIDE, first + i));
    }
    return files;
  }

  /** Of one colour, but for the first rows, so that it takes some place when packed. */
  private static byte[] picture(int width, int value) throws IOException {
    int[] numbers = new int[SIDE * width];
    Arrays.fill(numbers, value);
    for (int i = 0; i < 3000; i++) {
      numbers[i] = (int) KeyedShuffle.key(value, 0, i) & 0xFF;
    }
    return TinyPictures.png(1, SIDE, width, numbers);
  }

  private DatasetResolver resolver() {
    listener = new RecordingListener();
    return new DatasetResolver(
        DataLocations.of(Map.of(), "linux", folder, folder, Optional.empty()), listener);
  }

  private Dataset read() throws IOException {
    return resolver().resolve(data.toString());
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(".cache/ockham/decoded"))) {
      return files.toList();
    }
  }

  private static void requireSame(Dataset one, Dataset other) {
    assertThat(other.contentHash()).isEqualTo(one.contentHash());
    assertThat(ContentHash.of(other.train(), other.test())).isEqualTo(one.contentHash());
    assertThat(other.rules()).isEqualTo(one.rules());
    assertThat(other.testGiven()).isEqualTo(one.testGiven());
    assertThat(other.train().targets()).hasToString(one.train().targets().toString());
  }

  @Test
  void picturesAreDecodedOnceAndMapped() throws IOException {
    Dataset first = read();
    assertThat(((Images) first.train()).pixels().isMapped()).isTrue();
    List<String> said = listener.notices;
    assertThat(said).hasSize(1);
    FileTime made = Files.getLastModifiedTime(kept().getFirst());
    Dataset second = read();
    assertThat(listener.read).isZero();
    assertThat(listener.notices).isEqualTo(said);
    requireSame(first, second);
    assertThat(kept()).hasSize(1);
    assertThat(Files.getLastModifiedTime(kept().getFirst())).isGreaterThanOrEqualTo(made);
    assertThat(second.train().label(0)).isZero();
    assertThat(((Images) second.train()).pixel(0, SIDE * SIDE - 1)).isEqualTo(1);
  }

  @Test
  void aSourceThatChangesIsReadAgain() throws IOException {
    Dataset first = read();
    TinyPictures.zip(data, pictures(100));
    Dataset second = read();
    assertThat(second.contentHash()).isNotEqualTo(first.contentHash());
    assertThat(listener.notices).anyMatch(line -> line.contains("its source has changed"));
    assertThat(kept()).hasSize(1);
    Files.setLastModifiedTime(data, FileTime.from(Instant.now().minusSeconds(1000)));
    requireSame(second, read());
    assertThat(listener.read).isPositive();
  }

  @Test
  void rulesHaveFilesOfTheirOwn() throws IOException {
    Dataset plain = read();
    PictureRules large = new PictureRules(1180, 1190, Fit.STRETCH, 1, 0);
    Dataset sized = resolver().resolve(spec(data, large));
    assertThat(kept()).hasSize(2);
    assertThat(((Images) sized.train()).height()).isEqualTo(1180);
    assertThat(sized.rules().picture()).contains(large);
    requireSame(plain, read());
    // What has one channel by itself need not be read again by the rule that it has one.
    Dataset one = resolver().resolve(spec(data, PictureRules.AS_THEY_ARE.withChannels(1)));
    requireSame(plain, one);
    assertThat(listener.read).isZero();
  }

  @Test
  void whatIsNotWholeIsMadeAgain() throws IOException {
    Dataset first = read();
    Path file = kept().getFirst();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1);
    }
    requireSame(first, read());
    assertThat(listener.notices).anyMatch(line -> line.contains("is no cache of this version"));
    Files.writeString(file, "short");
    requireSame(first, read());
  }

  @Test
  void changedPixelsAreFoundWhereAsked() throws IOException {
    Dataset first = read();
    try (FileChannel channel = FileChannel.open(kept().getFirst(), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {99}), 5000);
    }
    Dataset checked = resolver().verifying().resolve(data.toString());
    assertThat(listener.notices).anyMatch(line -> line.contains("is damaged"));
    requireSame(first, checked);
  }

  @Test
  void aCacheThatCannotBeWrittenIsDoneWithout() throws IOException {
    Files.createDirectories(folder.resolve(".cache/ockham"));
    Files.writeString(folder.resolve(".cache/ockham/decoded"), "a file where the folder would be");
    Dataset first = read();
    assertThat(((Images) first.train()).pixels().isMapped()).isFalse();
    assertThat(listener.notices).anyMatch(line -> line.contains("not kept for the next time"));
  }

  @Test
  void theCacheIsDeletedWhereAsked() throws IOException {
    Dataset first = read();
    long freed = DatasetResolver.clearDecoded(folder.resolve(".cache/ockham/decoded"));
    assertThat(freed).isGreaterThan((long) PICTURES * SIDE * SIDE);
    assertThat(kept()).isEmpty();
    requireSame(first, read());
    assertThat(DatasetResolver.clearDecoded(folder.resolve("nowhere"))).isZero();
  }

  @Test
  void nothingIsLeftOfWhatFails() throws IOException {
    Map<String, byte[]> files = pictures(0);
    files.put("b/last.png", picture(SIDE + 1, 3));
    TinyPictures.zip(data, files);
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(this::read)
        .withMessageContainingAll("b/last.png", "all must be of one size", "data.size=1200");
    assertThat(kept()).isEmpty();
  }

  private static DataSpec spec(Path data, PictureRules rules) {
    return RunSpec.defaults().data().named(data.toString()).with(rules);
  }
}
