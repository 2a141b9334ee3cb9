package dev.ockham.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.SpecException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxRuntimeJarTest {
  /** Nobody listens on port 1. */
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1/onnxruntime.jar");

  @TempDir Path folder;

  private OnnxRuntimeJar jar(@Nullable Path named, Optional<Path> variable) {
    return new OnnxRuntimeJar(
        named, variable, folder.resolve("cache/ort.jar"), folder, List.of(folder), NOWHERE);
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
  void whatDoesNotComeFromMavenIsFetchedElsewhere() throws IOException {
    Path maven = Files.writeString(folder.resolve("mvn"), "#!/bin/sh\nexit 1\n");
    assertThat(maven.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(() -> jar(null, Optional.empty()).find(DownloadListener.SILENT))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("cannot connect to 127.0.0.1");
  }
}
