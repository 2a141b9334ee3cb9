package dev.ockham.core.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DatasetNotFoundException;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.ExampleCache;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.target.Numbers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against files that NumPy wrote. */
class ArrayDataTest {

  @TempDir private Path folder;

  private Path resource(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (InputStream in = ArrayDataTest.class.getResourceAsStream(name)) {
      Files.write(copy, Objects.requireNonNull(in, name).readAllBytes());
    }
    return copy;
  }

  private static DataSpec spec() {
    return DataSpec.defaults();
  }

  private Dataset read(String name) throws IOException {
    return ArrayData.read("a", resource(name), spec(), ExampleCache.none(DownloadListener.SILENT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f2", "f4", "f8", "be-f4", "be-f8", "i1", "i2", "be-i2", "i4", "be-i4", "i8", "be-i8",
        "fortran"
      })
  void everyTypeIsAsNumPyWroteIt(String type) throws IOException {
    NpyArray array = NpyArray.map(resource("x-" + type + ".npy"));
    assertThat(array.shape()).containsExactly(4, 6);
    for (int i = 0; i < 24; i++) {
      double value = i * 1.25 - 7;
      boolean whole = type.contains("i") && !type.contains("f");
      assertThat(array.number(i)).isEqualTo(whole ? (int) value : value);
    }
  }

  @Test
  void unsignedNumbersAndVersions() throws IOException {
    assertThat(NpyArray.map(resource("u1.npy")).number(15)).isEqualTo(255);
    assertThat(NpyArray.map(resource("u2.npy")).number(1)).isEqualTo(65535);
    assertThat(NpyArray.map(resource("u4.npy")).number(1)).isEqualTo(4294967295.0);
    assertThat(NpyArray.map(resource("b1.npy")).number(0)).isEqualTo(1);
    assertThat(NpyArray.map(resource("v2.npy")).number(23)).isEqualTo(21.75);
    assertThat(NpyArray.map(resource("v3.npy")).number(23)).isEqualTo(21.75);
  }

  @Test
  void bytesBecomeImagesWithTheirChannelsFirst() throws IOException {
    Dataset data = read("images.npz");
    assertThat(data.train()).isInstanceOf(Images.class);
    assertThat(data.train().shape().dims()).containsExactly(3, 2, 3);
    assertThat(data.classNames()).containsExactly("5", "6", "7");
    assertThat(data.train().label(4)).isEqualTo(1);
    assertThat(data.testGiven()).isTrue();
    assertThat(data.test().count()).isEqualTo(4);
    NpyArray raw = ArrayFiles.read(folder.resolve("images.npz")).get("x_train");
    float[] second = data.train().values(1);
    for (int channel = 0; channel < 3; channel++) {
      for (int pixel = 0; pixel < 6; pixel++) {
        assertThat(second[channel * 6 + pixel])
            .isEqualTo((float) Objects.requireNonNull(raw).number(18 + pixel * 3 + channel));
      }
    }
  }

  @Test
  void numbersClassesByPlaceAndFolders() throws IOException {
    Dataset numbers = read("numbers.npz");
    assertThat(numbers.rules().numbers()).containsExactly("y");
    assertThat(numbers.testGiven()).isFalse();
    assertThat(((Numbers) numbers.all().targets()).count()).isEqualTo(4);
    Dataset hot = read("hot.npz");
    assertThat(hot.classNames()).containsExactly("0", "1");
    assertThat(hot.train().count()).isEqualTo(16);
    for (int i = 0; i < 16; i++) {
      assertThat((int) hot.train().values(i)[0] % 2).isEqualTo(hot.train().label(i));
    }
    Path arrays = Files.createDirectory(folder.resolve("arrays"));
    Files.copy(resource("x-f4.npy"), arrays.resolve("x.npy"));
    assertThat(ArrayData.isAt(arrays)).isTrue();
    Dataset unlabelled =
        ArrayData.read("a", arrays, spec(), ExampleCache.none(DownloadListener.SILENT));
    assertThat(unlabelled.labelled()).isFalse();
  }

  @Test
  void brokenArraysAreOneLine() throws IOException {
    refused(
        resource("object.npy"),
        "holds 'O', not numbers that are read",
        "pickled objects are never read");
    refused(resource("text.npy"), "holds 'U1'", "numpy.unique");
    byte[] whole = Files.readAllBytes(resource("x-f4.npy"));
    refused(
        Files.write(folder.resolve("cut.npy"), Arrays.copyOf(whole, 150)),
        "has 22 bytes of numbers, but its header says 96");
    refused(
        Files.write(folder.resolve("head.npy"), Arrays.copyOf(whole, 50)),
        "ends within its header");
    refused(Files.writeString(folder.resolve("no.npy"), "x,y\n"), "is no .npy file");
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    byte[] shape = text.replace("(4, 6)", "(4,-6)").getBytes(StandardCharsets.ISO_8859_1);
    refused(Files.write(folder.resolve("shape.npy"), shape), "has a size '-6' in its shape");
    byte[] huge =
        text.replace("(4, 6), }" + " ".repeat(19), "(2000000000, 2000000000, 9)}")
            .getBytes(StandardCharsets.ISO_8859_1);
    refused(Files.write(folder.resolve("huge.npy"), huge), "which no file can hold");
    Path npz =
        Files.write(
            folder.resolve("cut.npz"), Arrays.copyOf(Files.readAllBytes(resource("hot.npz")), 200));
    assertThatThrownBy(
            () -> ArrayData.read("a", npz, spec(), ExampleCache.none(DownloadListener.SILENT)))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageStartingWith(npz + ": is no .npz file");
    Path arrays = Files.createDirectory(folder.resolve("odd"));
    Files.copy(resource("x-f4.npy"), arrays.resolve("z.npy"));
    assertThatThrownBy(
            () -> ArrayData.read("a", arrays, spec(), ExampleCache.none(DownloadListener.SILENT)))
        .isInstanceOf(DatasetNotFoundException.class)
        .hasMessageContaining("holds no array x, nor x_train, but z");
    Files.copy(resource("x-f8.npy"), arrays.resolve("x.npy"));
    Files.copy(resource("u1.npy"), arrays.resolve("y.npy"));
    assertThatThrownBy(
            () -> ArrayData.read("a", arrays, spec(), ExampleCache.none(DownloadListener.SILENT)))
        .hasMessageContaining("y.npy: is of shape [16], but there are 4 examples");
  }

  private static void refused(Path file, String... said) {
    assertThatThrownBy(() -> NpyArray.map(file))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(said)
        .hasMessageNotContaining("\n");
  }

  @Test
  void whatIsAskedMayBeSaid() throws IOException {
    DataSpec numbers = RunSpec.defaults().with("data.target", "numbers").data();
    Dataset data =
        ArrayData.read(
            "a", resource("images.npz"), numbers, ExampleCache.none(DownloadListener.SILENT));
    assertThat(data.rules().numbers()).isEqualTo(List.of("y"));
  }
}
