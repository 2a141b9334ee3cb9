package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.picture.TinyPictures;
import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.data.PictureRules.Fit;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cache does with pictures of any size, where every file is worth it. */
class PictureCacheTest {

  private static final int SIDE = 30;
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
      files.put(
          (i % 2 == 0 ? "b/" : "a/") + (char) ('a' + i) + ".png",
          TinyPictures.plain(1, SIDE, SIDE, first + i));
    }
    return files;
  }

  private PictureCache.Decoded read(PictureRules rules) throws IOException {
    listener = new RecordingListener();
    Path cache = folder.resolve(".cache/ockham/decoded");
    return new PictureCache(cache, rules, 1, listener).read(data);
  }

  private PictureCache.Decoded read() throws IOException {
    return read(PictureRules.AS_THEY_ARE);
  }

  private static Images train(PictureCache.Decoded decoded) {
    return decoded.splits().train();
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(".cache/ockham/decoded"))) {
      return files.toList();
    }
  }

  private static void requireSame(PictureCache.Decoded one, PictureCache.Decoded other) {
    assertThat(other.contentHash()).isEqualTo(one.contentHash());
    assertThat(ContentHash.of(train(other), other.splits().test())).isEqualTo(one.contentHash());
    assertThat(other.splits().classNames()).isEqualTo(one.splits().classNames());
    assertThat(other.splits().testGiven()).isEqualTo(one.splits().testGiven());
  }

  @Test
  void picturesAreDecodedOnceAndMapped() throws IOException {
    PictureCache.Decoded first = read();
    assertThat(train(first).pixels().isMapped()).isTrue();
    List<String> said = listener.notices;
    assertThat(said).hasSize(1);
    FileTime made = Files.getLastModifiedTime(kept().getFirst());
    PictureCache.Decoded second = read();
    assertThat(listener.read).isZero();
    assertThat(listener.notices).isEqualTo(said);
    requireSame(first, second);
    assertThat(kept()).hasSize(1);
    assertThat(Files.getLastModifiedTime(kept().getFirst())).isGreaterThanOrEqualTo(made);
    assertThat(train(second).label(0)).isZero();
    assertThat(train(second).pixel(0, SIDE * SIDE - 1)).isEqualTo(1);
  }

  @Test
  void aSourceThatChangesIsReadAgain() throws IOException {
    PictureCache.Decoded first = read();
    TinyPictures.zip(data, pictures(100));
    PictureCache.Decoded second = read();
    assertThat(second.contentHash()).isNotEqualTo(first.contentHash());
    assertThat(listener.notices).anyMatch(line -> line.contains("its source has changed"));
    assertThat(kept()).hasSize(1);
    Files.setLastModifiedTime(data, FileTime.from(Instant.now().minusSeconds(1000)));
    requireSame(second, read());
    assertThat(listener.read).isPositive();
  }

  @Test
  void rulesHaveFilesOfTheirOwn() throws IOException {
    PictureCache.Decoded plain = read();
    PictureCache.Decoded sized = read(new PictureRules(18, 19, Fit.STRETCH, 1, 0));
    assertThat(kept()).hasSize(2);
    assertThat(train(sized).height()).isEqualTo(18);
    requireSame(plain, read());
    // What has one channel by itself need not be read again by the rule that it has one.
    PictureCache.Decoded one = read(PictureRules.AS_THEY_ARE.withChannels(1));
    requireSame(plain, one);
    assertThat(listener.read).isZero();
  }

  @Test
  void whatIsNotWholeIsMadeAgain() throws IOException {
    PictureCache.Decoded first = read();
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
  void changedBytesAreFound() throws IOException {
    PictureCache.Decoded first = read();
    Path file = kept().getFirst();
    byte[] whole = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(1);
    for (int flip = 0; flip < 40; flip++) {
      byte[] damaged = whole.clone();
      // Half of them behind the pixels.
      int from = flip % 2 == 0 ? 0 : PICTURES * SIDE * SIDE;
      int at = random.nextInt(from, whole.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      PictureCache.Decoded checked = read();
      assertThat(listener.notices)
          .as("byte %s", at)
          .anyMatch(line -> line.contains("reading the pictures again"));
      requireSame(first, checked);
      assertThat(file).hasBinaryContent(whole);
    }
  }

  /** Every bit behind the pixels, the names of the footer's members among them. */
  @Test
  void everyFlipOfTheFooterIsFound() throws IOException {
    PictureCache.Decoded first = read();
    Path file = kept().getFirst();
    byte[] whole = Files.readAllBytes(file);
    for (int at = PICTURES * SIDE * SIDE; at < whole.length; at += Thorough.oneIn(7)) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << (at % 8));
      Files.write(file, damaged);
      listener.notices.clear();
      requireSame(first, read());
      assertThat(listener.notices)
          .as("byte %s", at)
          .anyMatch(line -> line.contains("reading the pictures again"));
    }
  }

  @Test
  void aCacheThatCannotBeWrittenIsDoneWithout() throws IOException {
    Files.createDirectories(folder.resolve(".cache/ockham"));
    Files.writeString(folder.resolve(".cache/ockham/decoded"), "a file where the folder would be");
    PictureCache.Decoded first = read();
    assertThat(train(first).pixels().isMapped()).isFalse();
    assertThat(listener.notices).anyMatch(line -> line.contains("not kept for the next time"));
  }

  @Test
  void theCacheIsDeletedWhereAsked() throws IOException {
    PictureCache.Decoded first = read();
    long freed = new DecodedFolder(folder.resolve(".cache/ockham/decoded")).clear();
    assertThat(freed).isGreaterThan((long) PICTURES * SIDE * SIDE);
    assertThat(kept()).isEmpty();
    requireSame(first, read());
    assertThat(new DecodedFolder(folder.resolve("nowhere")).clear()).isZero();
  }

  @Test
  void nothingIsLeftOfWhatFails() throws IOException {
    Map<String, byte[]> files = pictures(0);
    files.put("b/last.png", TinyPictures.plain(1, SIDE, SIDE + 1, 3));
    TinyPictures.zip(data, files);
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(this::read)
        .withMessageContainingAll("b/last.png", "all must be of one size", "data.size=30");
    assertThat(kept()).isEmpty();
  }
}
