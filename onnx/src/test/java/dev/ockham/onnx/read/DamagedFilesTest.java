package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.graph.Draws;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedFilesTest {
  private static final int MUTATIONS = 10_000 / Thorough.oneIn(4);

  @Test
  void everyTruncationIsRefusedOrHarmless() throws IOException {
    for (String name : new String[] {"mlp-fixed.onnx", "lstm-last.onnx", "rnn-steps.onnx"}) {
      byte[] bytes = Files.readAllBytes(TorchModelsTest.FOLDER.resolve(name));
      int refused = 0;
      for (int length = 0; length < bytes.length; length++) {
        refused += refused(Arrays.copyOf(bytes, length), name + " cut at " + length) ? 1 : 0;
      }
      // What follows the graph, such as the operator set, may be cut off between two fields.
      assertThat(refused).isGreaterThan(bytes.length - 10);
    }
  }

  @Test
  void mutationsAreRefusedInOneLineOrImported() throws IOException {
    var files = TorchModelsTest.models();
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Path file = files.get(i % files.size());
      byte[] bytes = mutated(Files.readAllBytes(file), new Draws(i));
      refused += refused(bytes, file.getFileName() + ", mutation " + i) ? 1 : 0;
    }
    assertThat(refused).isBetween(MUTATIONS / 4, MUTATIONS);
  }

  @Test
  void mutationsOfAttentionAreRefusedInOneLineOrImported() throws IOException {
    List<byte[]> files =
        AttentionTest.forms().map(form -> AttentionTest.model(form).bytes()).toList();
    int tried = 4_000 / Thorough.oneIn(4);
    int refused = 0;
    for (int i = 0; i < tried; i++) {
      byte[] bytes = mutated(files.get(i % files.size()), new Draws(i));
      refused += refused(bytes, "attention, mutation " + i) ? 1 : 0;
    }
    assertThat(refused).isBetween(tried / 4, tried);
  }

  private static byte[] mutated(byte[] bytes, Draws draws) {
    byte[] changed = bytes.clone();
    for (int n = draws.between(1, 4); n > 0; n--) {
      // Structure is everywhere but in the weights, of which most bytes are.
      int at = draws.below(changed.length);
      switch (draws.below(5)) {
        case 0 -> changed[at] ^= (byte) (1 << draws.below(8));
        case 1 -> changed[at] = (byte) draws.bits();
        case 2 -> changed[at] = draws.chance(0.5) ? (byte) 0xff : 0;
        case 3 -> {
          int length = Math.min(draws.between(1, 30), changed.length - at);
          int from = draws.below(changed.length - length + 1);
          System.arraycopy(changed.clone(), from, changed, at, length);
        }
        default -> {
          int cut = Math.min(draws.between(1, 8), changed.length - at);
          byte[] shorter = new byte[changed.length - cut];
          System.arraycopy(changed, 0, shorter, 0, at);
          System.arraycopy(changed, at + cut, shorter, at, shorter.length - at);
          changed = shorter;
        }
      }
    }
    return changed;
  }

  /**
   * Whether an import is refused; fails if that is in more than a line, or by another exception.
   */
  private static boolean refused(byte[] bytes, String what) throws IOException {
    try {
      OnnxImport.read(bytes, "damaged.onnx", ImportOptions.NONE);
      return false;
    } catch (MalformedFileException | UnsupportedOnnxException e) {
      assertThat(e.getMessage()).as(what).isNotBlank().hasSizeLessThan(1000);
      assertThat(String.valueOf(e.getMessage()).chars().filter(Character::isISOControl))
          .as(what)
          .isEmpty();
      return true;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError(what + ": " + e, e);
    }
  }

  @Test
  void externalDataOutsideOfTheFolderAreRefused(@TempDir Path folder) throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    Path file = models.resolve("model.onnx");
    Files.write(file, TorchModelsTest.external(models, "../outside.data").toByteArray());
    assertThatThrownBy(() -> OnnxImport.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("'../outside.data', which is not in the model's folder");
    Files.write(file, TorchModelsTest.external(models, "inside.data").toByteArray());
    Files.delete(models.resolve("inside.data"));
    Files.createSymbolicLink(models.resolve("inside.data"), folder.resolve("outside.data"));
    assertThatThrownBy(() -> OnnxImport.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("'inside.data', a link to a file outside of the model's folder")
        .hasMessageContaining("cp -L");
  }

  /** As in Hugging Face's cache: names are links to files beside each other. */
  @Test
  void aModelThatIsALinkMayHaveItsDataBesideItsGoal(@TempDir Path folder) throws IOException {
    Path blobs = Files.createDirectories(folder.resolve("blobs"));
    Path snapshot = Files.createDirectories(folder.resolve("snapshots").resolve("main"));
    Files.write(blobs.resolve("aaa"), TorchModelsTest.external(blobs, "model.data").toByteArray());
    Files.move(blobs.resolve("model.data"), blobs.resolve("bbb"));
    Path file = snapshot.resolve("model.onnx");
    Files.createSymbolicLink(file, Path.of("..", "..", "blobs", "aaa"));
    Path data = Path.of("..", "..", "blobs", "bbb");
    Files.createSymbolicLink(snapshot.resolve("model.data"), data);
    assertThat(OnnxImport.read(file).model().graph().nodes()).isNotEmpty();
    Files.delete(snapshot.resolve("model.data"));
    Files.write(folder.resolve("secret"), new byte[1 << 16]);
    Files.createSymbolicLink(snapshot.resolve("model.data"), folder.resolve("secret"));
    assertThatThrownBy(() -> OnnxImport.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("'model.data', a link to a file outside of the model's folder");
  }

  @Test
  void externalDataThatEndTooEarlyAreRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.onnx");
    Files.write(file, TorchModelsTest.external(folder, "data").toByteArray());
    Files.write(folder.resolve("data"), new byte[100]);
    assertThatThrownBy(() -> OnnxImport.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("of 'data', which has 100");
    assertThatThrownBy(
            () -> OnnxImport.read(Files.readAllBytes(file), "bytes.onnx", ImportOptions.NONE))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("only the bytes of the model are given");
  }
}
