package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.model.SmallNetwork;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model file is the same wherever it comes from, and no stream can ask for much. */
class ModelFileSourcesTest {

  @TempDir private Path folder;
  private Path path;
  private ModelFile saved;

  /** Gives one byte a call, and counts. */
  private static final class Dripping extends FilterInputStream {
    private long given;
    private boolean closed;

    Dripping(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      given += next < 0 ? 0 : 1;
      return next;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int count = super.read(into, from, Math.min(1, length));
      given += Math.max(0, count);
      return count;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Zeros without end. */
  private static final class Endless extends InputStream {
    @Override
    public int read() {
      return 0;
    }
  }

  @BeforeEach
  void save() throws IOException {
    path = folder.resolve("model.safetensors");
    saved = ModelFile.of(SmallNetwork.of(3, 0.4), Map.of("seed", "1"));
    saved.save(path);
  }

  private static void assertSame(ModelFile found, ModelFile wanted) {
    assertThat(found.weightsSha256()).isEqualTo(wanted.weightsSha256());
    assertThat(found.model().graph()).isEqualTo(wanted.model().graph());
    assertThat(found.provenance()).isEqualTo(wanted.provenance());
  }

  @Test
  void bytesAndAStreamGiveWhatTheFileGives() throws IOException {
    for (boolean compact : new boolean[] {false, true}) {
      if (compact) {
        saved.saveCompact(path, Map.of());
      }
      byte[] bytes = Files.readAllBytes(path);
      byte[] before = bytes.clone();
      assertSame(ModelFile.load(path), saved);
      assertSame(ModelFile.load(bytes), saved);
      assertThat(bytes).as("read only").isEqualTo(before);
      Dripping stream = new Dripping(new ByteArrayInputStream(bytes));
      assertSame(ModelFile.load(stream), saved);
      assertThat(stream.given).isEqualTo(bytes.length);
      assertThat(stream.closed).isFalse();
    }
  }

  @Test
  void aModelTravelsInAJar() throws Exception {
    Path jar = folder.resolve("service.jar");
    Class<?> here = GraphBuilder.class;
    String entry = here.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream files = new JarOutputStream(out);
        InputStream code = here.getResourceAsStream("/" + entry)) {
      files.putNextEntry(new JarEntry(entry));
      Objects.requireNonNull(code).transferTo(files);
      files.putNextEntry(new JarEntry("dev/ockham/runtime/graph/model.safetensors"));
      Files.copy(path, files);
      files.putNextEntry(new JarEntry("models/broken.safetensors"));
      files.write(new byte[20]);
      files.closeEntry();
    }
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      Class<?> service = loader.loadClass(here.getName());
      assertSame(ModelFile.load(service, "model.safetensors"), saved);
      assertSame(ModelFile.load(service, "/dev/ockham/runtime/graph/model.safetensors"), saved);
      assertThatExceptionOfType(NoSuchFileException.class)
          .isThrownBy(() -> ModelFile.load(service, "other.safetensors"))
          .withMessageContainingAll("other.safetensors", "class path", here.getName());
      assertThatExceptionOfType(MalformedFileException.class)
          .isThrownBy(() -> ModelFile.load(service, "/models/broken.safetensors"))
          .withMessageStartingWith("/models/broken.safetensors: byte ");
    }
  }

  @Test
  void everyCutIsRefused() throws IOException {
    saved.saveCompact(path, Map.of());
    byte[] bytes = Files.readAllBytes(path);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatExceptionOfType(MalformedFileException.class)
          .as("%s of %s bytes", length, bytes.length)
          .isThrownBy(() -> ModelFile.load(new ByteArrayInputStream(cut)))
          .withMessageStartingWith("stream: ");
    }
  }

  @Test
  void nothingIsReadBehindTheFile() throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    Dripping stream =
        new Dripping(new SequenceInputStream(new ByteArrayInputStream(bytes), new Endless()));
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> ModelFile.load(stream))
        .withMessage("stream: byte %s: data: there are bytes after the last tensor", bytes.length);
    assertThat(stream.given).isEqualTo(bytes.length + 1L);
  }

  @Test
  void whatAStreamClaimsIsCheckedBeforeItIsRead() {
    long many = Runtime.getRuntime().maxMemory() / 4 / 4 + 1;
    String header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[0,%s]}}"
            .formatted(many, 4 * many);
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    byte[] begin =
        ByteBuffer.allocate(8 + text.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .put(text)
            .array();
    Dripping stream =
        new Dripping(new SequenceInputStream(new ByteArrayInputStream(begin), new Endless()));
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> ModelFile.load(stream));
    assertThat(stream.given).isEqualTo(begin.length);

    Dripping zeros = new Dripping(new Endless());
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> ModelFile.load(zeros))
        .withMessageContaining("header");
    assertThat(zeros.given).isLessThan(16);

    Dripping ones =
        new Dripping(new ByteArrayInputStream(new byte[] {-1, -1, -1, -1, -1, -1, -1, 127, 1, 1}));
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> ModelFile.load(ones))
        .withMessageContaining("exceeds the limit of 100000000");
    assertThat(ones.given).isEqualTo(8);
  }

  @Test
  void aFailingStreamSaysWhatItSays() {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the wire was cut");
          }

          @Override
          public int read(byte[] into, int from, int length) throws IOException {
            return read();
          }
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ModelFile.load(failing))
        .withMessage("the wire was cut");
  }
}
