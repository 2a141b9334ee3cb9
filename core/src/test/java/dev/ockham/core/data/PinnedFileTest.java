package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinnedFileTest {
  private static final byte[] CONTENTS = "abc".getBytes(StandardCharsets.UTF_8);

  /** Of "abc", as in FIPS 180-2, appendix B.1. */
  private static final PinnedFile PINNED =
      new PinnedFile("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

  @TempDir Path folder;

  @Test
  void isKnownByItsContents() throws IOException {
    Path file = Files.write(folder.resolve("file"), CONTENTS);
    assertThat(PINNED.is(file)).isTrue();
    assertThat(PINNED.is(Files.writeString(file, "abd"))).isFalse();
    assertThat(PINNED.is(folder)).isFalse();
    assertThat(PINNED.is(folder.resolve("none"))).isFalse();
  }

  @Test
  void comesWithItsFolder() throws IOException {
    try (LoopbackServer server = new LoopbackServer()) {
      server.put("file", CONTENTS);
      Path target = folder.resolve("made/file");
      PINNED.fetch(server.home().resolve("file"), target, DownloadListener.SILENT);
      assertThat(target).hasBinaryContent(CONTENTS);
    }
  }

  @Test
  void otherContentsAreNotKept() throws IOException {
    try (LoopbackServer server = new LoopbackServer()) {
      server.put("file", new byte[7]);
      URI source = server.home().resolve("file");
      Path target = folder.resolve("made/file");
      assertThatExceptionOfType(MalformedDataException.class)
          .isThrownBy(() -> PINNED.fetch(source, target, DownloadListener.SILENT))
          .withMessageContaining(PINNED.sha256());
      assertThat(folder.resolve("made")).isEmptyDirectory();
    }
  }
}
