package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.ockham.core.data.LoopbackServer.Manner;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DownloaderTest {
  private static final int SIZE = 1_000_003;
  private static final DownloadPolicy STANDARD =
      new DownloadPolicy(Duration.ofSeconds(60), Duration.ofSeconds(60), 2, Duration.ofMillis(1));

  /** On a busy machine a proper answer may take longer than this too, so it may try often. */
  private static final DownloadPolicy IMPATIENT =
      new DownloadPolicy(Duration.ofSeconds(60), Duration.ofMillis(500), 100, Duration.ofMillis(1));

  private final byte[] contents = new byte[SIZE];
  private final RecordingListener listener = new RecordingListener();
  private LoopbackServer server;
  private Downloader downloader;
  private Path target;
  private Path part;

  DownloaderTest(@TempDir Path folder) throws IOException {
    new SplittableRandom(1).nextBytes(contents);
    target = folder.resolve("file.gz");
    part = folder.resolve("file.gz.part");
    server = new LoopbackServer();
    downloader = new Downloader(STANDARD, listener);
  }

  @BeforeEach
  void serve() {
    server.put("file.gz", contents);
  }

  @AfterEach
  void stop() {
    downloader.close();
    server.close();
  }

  @Test
  void fetchesAndReportsEveryByte() throws IOException {
    fetch();

    assertThat(Files.readAllBytes(target)).isEqualTo(contents);
    assertThat(part).doesNotExist();
    assertThat(listener.progress.getFirst())
        .isEqualTo(new RecordingListener.Progress("file.gz", 0, SIZE));
    assertThat(listener.progress.getLast())
        .isEqualTo(new RecordingListener.Progress("file.gz", SIZE, SIZE));
    assertThat(listener.notices).isEmpty();
  }

  @Test
  void continuesWhereAnEarlierCallWasKilled() throws IOException {
    Files.write(part, Arrays.copyOf(contents, 400_000));

    fetch();

    assertThat(Files.readAllBytes(target)).isEqualTo(contents);
    assertThat(server.requests()).containsExactly("/file.gz bytes=400000-");
    assertThat(listener.progress.getFirst())
        .isEqualTo(new RecordingListener.Progress("file.gz", 400_000, SIZE));
  }

  @Test
  void startsAgainWhereTheServerHasNoRanges() throws IOException {
    Files.write(part, Arrays.copyOf(contents, 400_000));
    server.behave(Manner.WHOLE_ONLY);

    fetch();

    assertThat(Files.readAllBytes(target)).isEqualTo(contents);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void takesAPartThatIsAlreadyComplete() throws IOException {
    Files.write(part, contents);

    fetch();

    assertThat(Files.readAllBytes(target)).isEqualTo(contents);
    assertThat(listener.progress).isEmpty();
  }

  @Test
  void replacesAForeignPart() throws IOException {
    Files.write(part, new byte[400_000]);

    fetch();

    assertThat(Files.readAllBytes(target)).isEqualTo(contents);
    assertThat(server.requests()).containsExactly("/file.gz bytes=400000-", "/file.gz -");
    assertThat(listener.notices)
        .singleElement()
        .asString()
        .contains("differs", "deleted", "starting again");
  }

  @Test
  void survivesAServerThatKeepsDying() throws IOException {
    server.behave(Manner.DIES_HALFWAY, Manner.DIES_HALFWAY, Manner.DIES_HALFWAY);

    fetch();

    assertThat(Files.readAllBytes(target)).isEqualTo(contents);
    assertThat(server.requests()).hasSize(4).first().isEqualTo("/file.gz -");
    assertThat(server.requests().subList(1, 4)).allMatch(r -> r.startsWith("/file.gz bytes="));
    assertThat(listener.notices).hasSize(3).allMatch(line -> line.contains("continuing at byte"));
  }

  @Test
  void survivesAServerThatFallsSilent() throws IOException {
    server.behave(Manner.FALLS_SILENT);

    try (var impatient = new Downloader(IMPATIENT, listener)) {
      impatient.fetch(server.home().resolve("file.gz"), target, this::requireContents);
    }

    assertThat(Files.readAllBytes(target)).isEqualTo(contents);
    assertThat(listener.notices).anyMatch(line -> line.contains("no byte for"));
  }

  @Test
  void survivesAServerThatDoesNotAnswer() throws IOException {
    server.behave(Manner.NEVER_ANSWERS);

    try (var impatient = new Downloader(IMPATIENT, listener)) {
      impatient.fetch(server.home().resolve("file.gz"), target, this::requireContents);
    }

    assertThat(Files.readAllBytes(target)).isEqualTo(contents);
    assertThat(listener.notices).anyMatch(line -> line.contains("no answer for"));
  }

  @Test
  void keepsThePartWhenItGivesUp() throws IOException {
    server.behave(Manner.DIES_HALFWAY, Manner.UNAVAILABLE, Manner.UNAVAILABLE);

    assertThatIOException().isThrownBy(this::fetch).withMessageContaining("HTTP status 503");

    assertThat(target).doesNotExist();
    byte[] kept = Files.readAllBytes(part);
    assertThat(kept).isNotEmpty().isEqualTo(Arrays.copyOf(contents, kept.length));
    fetch();
    assertThat(Files.readAllBytes(target)).isEqualTo(contents);
    assertThat(server.requests().getLast()).isEqualTo("/file.gz bytes=" + kept.length + "-");
  }

  @Test
  void deletesAFileWithTheWrongHash() {
    byte[] wrong = contents.clone();
    wrong[SIZE / 2]++;
    server.put("file.gz", wrong);

    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(this::fetch)
        .withMessageContaining(server.home().resolve("file.gz").toString())
        .withMessageContaining("differs")
        .withMessageContaining("deleted");

    assertThat(target).doesNotExist();
    assertThat(part).doesNotExist();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void namesAddressAndStatusOfARefusal() {
    server.remove("file.gz");

    assertThatIOException()
        .isThrownBy(this::fetch)
        .withMessage(server.home().resolve("file.gz") + ": HTTP status 404");

    assertThat(server.requests()).hasSize(1);
    assertThat(part).doesNotExist();
  }

  @Test
  void refusesARangeItDidNotAskFor() throws IOException {
    Files.write(part, Arrays.copyOf(contents, 400_000));
    server.behave(Manner.WRONG_RANGE);

    assertThatIOException()
        .isThrownBy(this::fetch)
        .withMessageContaining("asked for bytes from 400000, but Content-Range is 'bytes 399999-");

    assertThat(part).hasSize(400_000);
  }

  @Test
  void saysThatNobodyAnswers() {
    URI gone = server.home().resolve("file.gz");
    server.close();

    assertThatIOException()
        .isThrownBy(() -> downloader.fetch(gone, target, this::requireContents))
        .withMessageContaining("cannot connect to " + gone.getHost());
  }

  @Test
  void fetchesNothingThatOthersCanChangeOnItsWay() {
    assertThatIOException()
        .isThrownBy(() ->
            downloader.fetch(
                URI.create("http://example.org/file.gz"), target, this::requireContents))
        .withMessageContaining("http://example.org/file.gz: is not https");
    assertThat(part).doesNotExist();
  }

  @Test
  void stopsWhereAFileIsLargerThanAny() {
    DownloadPolicy small =
        new DownloadPolicy(STANDARD.connect(), STANDARD.stall(), 2, STANDARD.pause(), SIZE - 1);
    try (Downloader limited = new Downloader(small, listener)) {
      assertThatIOException()
          .isThrownBy(
              () -> limited.fetch(server.home().resolve("file.gz"), target, this::requireContents))
          .withMessageContaining("more than the " + (SIZE - 1) + " bytes");
    }
    assertThat(part).doesNotExist();
    assertThat(target).doesNotExist();
  }

  private void fetch() throws IOException {
    downloader.fetch(server.home().resolve("file.gz"), target, this::requireContents);
  }

  private void requireContents(Path file) throws IOException {
    if (!Arrays.equals(Files.readAllBytes(file), contents)) {
      throw new MalformedDataException(
          file.toString(), MalformedDataException.WHOLE_FILE, "differs");
    }
  }
}
