package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is being written stays, whatever the clock says; what was abandoned goes. */
@Execution(ExecutionMode.CONCURRENT)
class WriterLockTest {

  @TempDir private Path folder;

  /** As a clock does that jumps two days ahead. */
  private static void age(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  @Test
  void whatThisProcessWritesStaysAndItsLockGoesWithIt() throws IOException {
    DecodedFolder decoded = new DecodedFolder(folder);
    DecodedFolder.Unfinished first = decoded.begin(1);
    age(first.path());
    DecodedFolder.Unfinished second = decoded.begin(1);
    assertThat(first.path()).exists();
    first.delete();
    second.delete();
    assertThat(files()).isEmpty();
  }

  @Test
  void whatNobodyWritesGoesAfterADay() throws IOException {
    DecodedFolder decoded = new DecodedFolder(folder);
    Path dead = Files.createFile(folder.resolve("decoding-1.part"));
    Files.createFile(WriterLock.of(dead));
    Path fresh = Files.createFile(folder.resolve("decoding-2.part"));
    age(dead);
    decoded.begin(1).delete();
    assertThat(files()).containsExactly(fresh);
  }

  /** Takes the lock of the file it is given, until nobody listens any more. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      WriterLock lock = WriterLock.take(Path.of(arguments[0]));
      System.out.println("held");
      assertThat(System.in.read()).isNegative();
      lock.release();
    }
  }

  @Tag("long")
  @Test
  void whatAnotherProcessWritesStaysForAsLongAsItLives() throws Exception {
    Path file = Files.createFile(folder.resolve("decoding-1.part"));
    age(file);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(said.readLine()).isEqualTo("held");
      new DecodedFolder(folder).begin(1).delete();
      assertThat(file).exists();
    } finally {
      process.destroyForcibly();
    }
    process.waitFor();
    new DecodedFolder(folder).begin(1).delete();
    assertThat(files()).isEmpty();
  }
}
