package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated
class AtomicFileTest {
  private static final String RANDOM = "-01234567-89ab-cdef-0123-456789abcdef.ockham-tmp";

  /** Larger than any process id that Linux, macOS or Windows gives out. */
  private static final String DEAD_PROCESS = ".99999999999";

  @TempDir Path folder;

  @Test
  void replacesTheWholeFileAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFile.writeString(file, "first and longer");

    AtomicFile.writeString(file, "second é");

    assertThat(file).hasContent("second é");
    assertThat(files()).containsExactly("a.txt");
  }

  @Test
  void whatIsWrongWithAnotherFileIsToldOfThatFile() throws IOException {
    Path file = folder.resolve("a.txt");
    Path other = folder.resolve("other.txt");
    NoSuchFileException missing = new NoSuchFileException(other.toString());
    assertThatThrownBy(() ->
            AtomicFile.write(
                file,
                _ -> {
                  throw missing;
                }))
        .isSameAs(missing);
    MalformedFileException damaged = new MalformedFileException(other, "header", "is damaged");
    assertThatThrownBy(() ->
            AtomicFile.write(
                file,
                _ -> {
                  throw damaged;
                }))
        .isSameAs(damaged);
    assertThat(files()).isEmpty();
  }

  @Test
  void failureKeepsTheOldFileAndDeletesTheNewOne() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFile.writeString(file, "old");

    assertThatThrownBy(() ->
            AtomicFile.write(
                file,
                channel -> {
                  AtomicFile.writeFully(channel, ByteBuffer.wrap(new byte[100]));
                  throw new IOException("disk full");
                }))
        .hasMessageContaining("a.txt")
        .hasMessageContaining("disk full");

    assertThat(file).hasContent("old");
    assertThat(files()).containsExactly("a.txt");
  }

  @Test
  void theOldFileStandsUntilTheNewOneIsComplete() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFile.writeString(file, "old");

    AtomicFile.write(
        file,
        channel -> {
          AtomicFile.writeFully(channel, ByteBuffer.wrap(new byte[] {'n', 'e', 'w'}));
          assertThat(file).hasContent("old");
        });

    assertThat(file).hasContent("new");
  }

  @Test
  void removesWhatAKilledProcessLeftForTheSameFileOnly() throws IOException {
    Path leftover = Files.createFile(folder.resolve(".a.txt" + DEAD_PROCESS + RANDOM));
    long self = ProcessHandle.current().pid();
    Path fromAnEarlierProcessOfOurId = Files.createFile(folder.resolve(".a.txt." + self + RANDOM));
    Path ofAnotherFile = Files.createFile(folder.resolve(".b.txt" + DEAD_PROCESS + RANDOM));
    long parent = ProcessHandle.current().parent().orElseThrow().pid();
    Path ofALiveProcess = Files.createFile(folder.resolve(".a.txt." + parent + RANDOM));

    AtomicFile.writeString(folder.resolve("a.txt"), "new");

    assertThat(leftover).doesNotExist();
    assertThat(fromAnEarlierProcessOfOurId).doesNotExist();
    assertThat(ofAnotherFile).exists();
    assertThat(ofALiveProcess).exists();
  }

  @Test
  void aSaveInsideASaveOfTheSameFileDoesNotDeleteItsTemporaryFile() throws IOException {
    Path file = folder.resolve("a.txt");

    AtomicFile.write(
        file,
        channel -> {
          AtomicFile.writeString(file, "inner");
          AtomicFile.writeFully(channel, ByteBuffer.wrap(new byte[] {'o', 'u', 't', 'e', 'r'}));
        });

    assertThat(file).hasContent("outer");
    assertThat(files()).containsExactly("a.txt");
  }

  @Test
  void aMissingFolderIsAnError() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> AtomicFile.writeString(folder.resolve("no/a.txt"), ""));
  }

  @Test
  void aFolderIsNotReplaced() throws IOException {
    Path target = Files.createDirectory(folder.resolve("d"));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> AtomicFile.writeString(target, "text"));
    assertThat(target).isDirectory();
    assertThat(files()).containsExactly("d");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).toList();
    }
  }

  @Test
  void temporaryNamesHoldNoDigitsOfTheLocale() throws IOException {
    Path target = folder.resolve("file");
    List<String> names = new ArrayList<>();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      AtomicFile.write(
          target,
          channel -> {
            try (Stream<Path> files = Files.list(folder)) {
              files.forEach(file -> names.add(String.valueOf(file.getFileName())));
            }
          });
    } finally {
      Locale.setDefault(before);
    }
    assertThat(names)
        .singleElement()
        .asString()
        .matches("\\.file\\.[0-9]+-[0-9a-f-]{36}.ockham-tmp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "rw-rw-rw-", "r--r-----"})
  void permissionsStay(String permissions) throws IOException {
    assumeTrue(
        folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "no permissions");
    Path file = folder.resolve("secret");
    Files.writeString(file, "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    AtomicFile.writeString(file, "new");
    assertThat(Files.readString(file)).isEqualTo("new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo(permissions);
  }
}
