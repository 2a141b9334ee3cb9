package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.runtime.file.DataRules;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ImagesTest {
  @Test
  void cannotBeChangedThroughTheArraysOrTheViews() {
    byte[] pixels = {1, 2, 3, (byte) 200};
    byte[] labels = {7, (byte) 255};
    Images images = Images.copyOf(1, 1, 2, pixels, labels);
    pixels[3] = 0;
    labels[1] = 0;

    assertThat(images.pixel(1, 1)).isEqualTo(200);
    assertThat(images.label(1)).isEqualTo(255);
    assertThat(images.maxLabel()).isEqualTo(255);
    assertThatThrownBy(() -> images.pixels().set(ValueLayout.JAVA_BYTE, 0, (byte) 9))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pixelIndexDoesNotReachIntoTheNextImage() {
    Images images = SampleData.images(1, 3, 2, 2, 3);
    assertThatThrownBy(() -> images.pixel(0, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> images.pixel(3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void selectKeepsOrderAndRepeats() {
    Images images = SampleData.images(1, 5, 2, 3, 5);
    Images some = images.select(new int[] {4, 0, 4});
    assertThat(some.count()).isEqualTo(3);
    assertThat(List.of(some.label(0), some.label(1), some.label(2))).containsExactly(4, 0, 4);
    for (int i = 0; i < 6; i++) {
      assertThat(some.pixel(2, i)).isEqualTo(images.pixel(4, i));
    }
  }

  @Test
  void refusesArraysThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.copyOf(1, 2, 2, new byte[7], new byte[2]))
        .withMessageContaining("7 bytes")
        .withMessageContaining("need 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.copyOf(1, 0, 2, new byte[0], new byte[0]))
        .withMessageContaining("height")
        .withMessageContaining("0");
  }

  @Test
  void datasetRefusesPartsThatDoNotFit() {
    Images two = SampleData.images(1, 4, 2, 2, 2);
    Images three = SampleData.images(1, 4, 2, 2, 3);
    Images wide = SampleData.images(1, 4, 2, 3, 2);
    Images none = Images.copyOf(1, 2, 2, new byte[0], new byte[0]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("d", 2, DataRules.NONE, two, three, "here"))
        .withMessageContaining("label 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("d", 2, DataRules.NONE, two, wide, "here"))
        .withMessageContaining("differ in kind or shape");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("d", 2, DataRules.NONE, two, none, "here"))
        .withMessageContaining("empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("d", 2, DataRules.ofClasses(List.of("one")), two, two, "here"))
        .withMessageContaining("1 names for 2 classes");
  }

  @Test
  void contentHashSeesPixelsLabelsShapeAndSplit() {
    Images a = SampleData.images(1, 4, 2, 3, 2);
    Images b = SampleData.images(2, 4, 2, 3, 2);
    byte[] pixels = a.pixels().toArray(ValueLayout.JAVA_BYTE);
    byte[] labels = {0, 1, 0, 1};
    a = Images.copyOf(1, 2, 3, pixels, labels);
    Images turned = Images.copyOf(1, 3, 2, pixels, labels);
    labels[0] ^= 1;
    Images relabelled = Images.copyOf(1, 2, 3, pixels, labels);

    assertThat(
            List.of(
                ContentHash.of(a, a),
                ContentHash.of(a, b),
                ContentHash.of(b, a),
                ContentHash.of(turned, a),
                ContentHash.of(relabelled, a)))
        .doesNotHaveDuplicates()
        .allMatch(hash -> hash.matches("[0-9a-f]{64}"));
    assertThat(ContentHash.of(a, b)).isEqualTo(ContentHash.of(a.select(new int[] {0, 1, 2, 3}), b));
  }
}
