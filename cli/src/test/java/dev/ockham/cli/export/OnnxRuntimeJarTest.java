package dev.ockham.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.MavenRepository;
import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.SpecException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxRuntimeJarTest {
  /** Nobody listens on port 1. */
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1/");

  @TempDir Path folder;

  private OnnxRuntimeJar jar(@Nullable Path named, Optional<Path> variable) {
    return new OnnxRuntimeJar(
        named, variable, folder.resolve("cache/ort.jar"), folder, new MavenRepository(NOWHERE));
  }

  @Test
  void theOneOfMavensRepositoryIsFound() throws IOException {
    Path found = OnnxRuntimeJar.ofProcess(null).find(DownloadListener.SILENT);
    assertThat(found).isRegularFile();
    assertThat(jar(found, Optional.empty()).find(DownloadListener.SILENT)).isEqualTo(found);
    assertThat(jar(null, Optional.of(found)).find(DownloadListener.SILENT)).isEqualTo(found);
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Path other = Files.writeString(folder.resolve("other.jar"), "x");
    assertThatThrownBy(() -> jar(other, Optional.empty()).find(DownloadListener.SILENT))
        .isInstanceOf(SpecException.class)
        .hasMessage("--onnxruntime " + other + " is not onnxruntime-1.29.0.jar");
    assertThatThrownBy(() -> jar(null, Optional.of(other)).find(DownloadListener.SILENT))
        .isInstanceOf(RunException.class)
        .hasMessage("OCKHAM_ONNXRUNTIME=" + other + " is not onnxruntime-1.29.0.jar");
  }

  @Test
  void whereItCannotBeHadOneLineSaysWhatToDo() {
    assertThatThrownBy(() -> jar(null, Optional.empty()).find(DownloadListener.SILENT))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll(
            "cannot connect to 127.0.0.1", "--onnxruntime", "OCKHAM_ONNXRUNTIME", "--no-check")
        .message()
        .hasLineCount(1);
    assertThat(folder.resolve("cache/ort.jar")).doesNotExist();
  }

  @Test
  void aFolderThatTheUserNamesMayHaveIt() throws IOException {
    Path place =
        folder.resolve("com/microsoft/onnxruntime/onnxruntime/1.29.0/onnxruntime-1.29.0.jar");
    assertThatThrownBy(() -> jar(folder.toUri()).find(DownloadListener.SILENT))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("does not have it");
    Files.createDirectories(place.getParent());
    Files.write(place, library());
    assertThat(jar(folder.toUri()).find(DownloadListener.SILENT)).isEqualTo(place);
  }

  @Test
  void whatIsDamagedOnTheWayIsRefusedAndFetchedAgain() throws IOException {
    byte[] right = library();
    try (var server = new Published(Arrays.copyOf(right, 1000))) {
      assertThatThrownBy(() -> jar(server.address()).find(DownloadListener.SILENT))
          .isInstanceOf(RunException.class)
          .hasMessageContainingAll("sha256", "--onnxruntime")
          .message()
          .hasLineCount(1);
      assertThat(cache()).doesNotExist();
      server.serve(right);
      assertThat(jar(server.address()).find(DownloadListener.SILENT)).isEqualTo(cache());
      requireTheLibrary(cache());
    }
  }

  @Test
  void aDamagedCopyInTheCacheIsReplaced() throws IOException {
    byte[] right = library();
    Files.createDirectories(folder.resolve("cache"));
    Files.write(cache(), Arrays.copyOf(right, 1000));
    try (var server = new Published(right)) {
      jar(server.address()).find(DownloadListener.SILENT);
    }
    requireTheLibrary(cache());
  }

  @Test
  void aDownloadThatBreaksOffIsContinued() throws IOException {
    byte[] right = library();
    try (var server = new Published(right)) {
      server.breakOffOnceAfter(1_000_000);
      jar(server.address()).find(DownloadListener.SILENT);
      assertThat(server.begins()).hasSize(2);
      assertThat(server.begins().getLast()).isBetween(1L, 1_000_000L);
    }
    requireTheLibrary(cache());
  }

  private static byte[] library() throws IOException {
    return Files.readAllBytes(OnnxRuntimeJar.ofProcess(null).find(DownloadListener.SILENT));
  }

  /** AssertJ compares byte by byte, which takes seconds for 54 MB. */
  private static void requireTheLibrary(Path file) throws IOException {
    Path library = OnnxRuntimeJar.ofProcess(null).find(DownloadListener.SILENT);
    assertThat(Files.mismatch(file, library))
        .as("first byte of %s that differs", file)
        .isEqualTo(-1);
  }

  private Path cache() {
    return folder.resolve("cache/onnxruntime-1.29.0.jar");
  }

  private OnnxRuntimeJar jar(URI source) {
    return new OnnxRuntimeJar(
        null, Optional.empty(), cache(), folder.resolve("none"), new MavenRepository(source));
  }
}
