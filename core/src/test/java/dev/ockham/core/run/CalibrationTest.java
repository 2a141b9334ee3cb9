package dev.ockham.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.augment.Augmentation;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {

  private static final Shape SHAPE = Shape.of(2, 1, 3);
  private static final Map<String, String> METADATA =
      Map.of("format", "ockham-calibration", "version", "1");

  @TempDir private Path root;
  private RunFolder folder = new RunFolder(Path.of(""));

  @BeforeEach
  void folder() {
    folder = new RunFolder(root);
  }

  @Test
  void pixelsComeBackAsBytes() throws IOException {
    byte[] pixels = {0, 1, 127, (byte) 128, (byte) 255, 6, 7, 8, 9, 10, 11, 12};
    Calibration.write(folder, Images.copyOf(2, 1, 3, pixels, new byte[] {3, 4}));
    Examples read = Calibration.read(folder, SHAPE);
    assertThat(read).isInstanceOf(Images.class);
    assertThat(read.values(0, 2)).containsExactly(0, 1, 127, 128, 255, 6, 7, 8, 9, 10, 11, 12);
    assertThat(read.maxLabel()).as("labels do not matter").isZero();
    assertThat(Safetensors.read(folder.calibration()).tensors().get("values"))
        .hasToString("U8[2, 2, 1, 3]");
  }

  @Test
  void floatsComeBackBitForBit() throws IOException {
    float[] values = {-0f, Float.MIN_VALUE, 1e-30f, 3, 0.1f, -Float.MAX_VALUE};
    Calibration.write(folder, Features.of(SHAPE, values, new int[1]));
    assertThat(Calibration.read(folder, SHAPE).values(0)).isEqualTo(values);
  }

  @Test
  void imagesServeANetworkThatTakesVectors() throws IOException {
    Calibration.write(folder, Images.copyOf(2, 1, 3, new byte[] {1, 2, 3, 4, 5, 6}, new byte[1]));
    Examples read = Calibration.read(folder, Shape.of(6));
    assertThat(read.shape().size()).isEqualTo(6);
    assertThat(read.values(0)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Calibration.read(folder, Shape.of(5)));
  }

  @Test
  void takesAThousandOfThoseTrainedOn() {
    Images images = Images.copyOf(1, 1, 1, new byte[3000], new byte[3000]);
    int[] train = IntStream.range(500, 3000).toArray();
    assertThat(chosen(images, train, "none").count()).isEqualTo(1000);
    assertThat(chosen(images, new int[] {2, 3}, "none").count()).isEqualTo(2);
  }

  private static Examples chosen(Examples from, int[] train, String changes) {
    InputScaling scaling = new InputScaling(new float[] {0}, new float[] {1});
    return Calibration.choose(from, train, 1, Augmentation.parse(changes), scaling);
  }

  /** Statistics are those of what training sees. */
  @Test
  void examplesAreChangedAsInTraining() {
    byte[] pixels = new byte[400 * 64];
    Arrays.fill(pixels, (byte) 100);
    Images images = Images.copyOf(1, 8, 8, pixels, new byte[400]);
    int[] train = IntStream.range(0, 400).toArray();
    Examples cropped = chosen(images, train, "crop:2");
    assertThat(cropped.count()).isEqualTo(400);
    double sum = 0;
    for (float value : cropped.values(0, 400)) {
      assertThat(value).isIn(0f, 100f);
      sum += value;
    }
    double shown = 1 - 1.2 / 8; // A border of 0, 1 or 2 pixels, 1.2 in the mean.
    assertThat(sum / pixels.length).isCloseTo(100 * shown * shown, within(1.0));
    float[][] rows = {{0}, {1}, {2}, {3}, {4}, {5}};
    Features numbers = Features.of(rows, new int[6]);
    int[] all = IntStream.range(0, 6).toArray();
    assertThat(chosen(numbers, all, "none").values(0, 6)).contains(0, 1, 2, 3, 4, 5);
    assertThat(chosen(numbers, all, "mixup:1").values(0, 6))
        .isNotEqualTo(chosen(numbers, all, "none").values(0, 6));
  }

  @Test
  void aFolderWithoutTheFileSaysSo() {
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> Calibration.read(folder, SHAPE))
        .withMessageContainingAll(root.toString(), "calibration.safetensors", "batch norm");
  }

  @Test
  void refusesWhatItDoesNotUnderstand() throws IOException {
    StoredTensor good = StoredTensor.ofFloats(new float[12], 2, 2, 1, 3);
    refuses(Map.of("format", "ockham-model", "version", "1"), Map.of("values", good), "format");
    refuses(
        Map.of("format", "ockham-calibration", "version", "3"), Map.of("values", good), "version");
    refuses(METADATA, Map.of("x", good), "tensor is missing");
    refuses(METADATA, Map.of("values", StoredTensor.ofFloats(new float[6], 2, 3)), "F32[2, 3]");
    refuses(METADATA, Map.of("values", StoredTensor.ofFloats(new float[0], 0, 2, 1, 3)), "F32[0");
    refuses(
        METADATA,
        Map.of("values", StoredTensor.ofFloats(new float[12], 2, 1, 2, 3)),
        "examples of 2×1×3");
    refuses(METADATA, Map.of("values", StoredTensor.ofLongs(new long[6], 1, 2, 1, 3)), "U8 or F32");
    float[] broken = new float[6];
    broken[4] = Float.NaN;
    refuses(METADATA, Map.of("values", StoredTensor.ofFloats(broken, 1, 2, 1, 3)), "NaN");
    Files.write(folder.calibration(), new byte[] {1, 2, 3});
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Calibration.read(folder, SHAPE));
  }

  private void refuses(
      Map<String, String> metadata, Map<String, StoredTensor> tensors, String reason)
      throws IOException {
    Safetensors.write(folder.calibration(), SafetensorsFile.of(metadata, tensors));
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Calibration.read(folder, SHAPE))
        .withMessageContainingAll(folder.calibration().toString(), reason);
  }
}
