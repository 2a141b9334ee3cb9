package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.runtime.graph.Shape;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class OwnDataTest {

  private static final float[][] ROWS = {{1, 10, 5}, {3, 10, -5}, {5, 10, 5}, {7, 10, -5}};

  @Test
  void keepsACopyOfWhatItWasGiven() {
    float[][] rows = {{1, 2}, {3, 4}, {5, 6}};
    int[] labels = {0, 2, 1};
    Features features = Features.of(rows, labels);
    rows[0][0] = 9;
    labels[0] = 9;

    assertThat(features.count()).isEqualTo(3);
    assertThat(features.shape()).isEqualTo(Shape.of(2));
    assertThat(features.maxLabel()).isEqualTo(2);
    assertThat(features.values(0, 3)).containsExactly(1, 2, 3, 4, 5, 6);
    Features some = features.select(new int[] {2, 0, 2});
    assertThat(some.values(0, 3)).containsExactly(5, 6, 1, 2, 5, 6);
    assertThat(new int[] {some.label(0), some.label(1), some.label(2)}).containsExactly(1, 0, 1);
    assertThat(some.values(1)).containsExactly(1, 2);
  }

  @Test
  void imagesGiveTheirPixelsAsFloats() {
    Images images = Images.copyOf(1, 1, 2, new byte[] {0, (byte) 255, 7, 8}, new byte[] {1, 0});
    assertThat(images.values(1)).containsExactly(7, 8);
    assertThat(images.values(0, 2)).containsExactly(0, 255, 7, 8);
    assertThat(images.shape()).isEqualTo(Shape.of(1, 1, 2));
  }

  @Test
  void namesWhatIsWrong() {
    refused("2 rows and 3 labels", new float[][] {{1}, {2}}, 0, 1, 0);
    refused("0 rows and 0 labels", new float[0][]);
    refused("row 1 has 1 features, but row 0 has 2", new float[][] {{1, 2}, {2}}, 0, 1);
    refused(
        "feature 1 of example 1 is NaN", new float[][] {{1, 2}, {2, Float.NaN}, {0, 0}}, 0, 1, 0);
    refused("the label of example 1 is -1", new float[][] {{1}, {2}}, 0, -1);
    refused("1 examples of 0", new float[][] {{}}, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Features.of(Shape.of(1, 2, 2), new float[7], new int[2]))
        .withMessageContaining("7 numbers, but 2 examples of 1×2×2 need 8");
  }

  private static void refused(String message, float[][] rows, int... labels) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Features.of(rows, labels))
        .withMessageContaining(message);
  }

  @Test
  void standardisesEachFeatureByItself() {
    Features features = Features.of(ROWS, new int[] {0, 1, 0, 1});
    InputScaling all = FeatureStatistics.of(features, new int[] {0, 1, 2, 3}, 1);
    assertThat(all.mean()).containsExactly(4, 10, 0);
    assertThat((double) all.scale()[0]).isCloseTo(1 / Math.sqrt(5), within(1e-7));
    assertThat(all.scale()[1]).as("a constant").isEqualTo(1);
    assertThat(all.scale()[2]).isEqualTo(0.2f);
    assertThat(FeatureStatistics.of(features, new int[] {0, 1, 2, 3}, 0.5).scale()[2])
        .isEqualTo(0.1f);
    assertThat(FeatureStatistics.of(features, new int[] {1, 3}, 1).mean())
        .containsExactly(5, 10, -5);
    Features tenths = Features.of(new float[][] {{0.1f}, {0.1f}, {0.1f}}, new int[3]);
    assertThat(FeatureStatistics.of(tenths, new int[] {0, 1, 2}, 1).scale()[0]).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureStatistics.of(features, new int[0], 1));
    for (double deviation : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> FeatureStatistics.of(features, new int[] {0, 1}, deviation))
          .withMessageContaining("deviation is " + deviation);
    }
  }

  @Test
  void cutsATestPartWithEveryClassInProportion() {
    float[][] rows = new float[100][1];
    int[] labels = new int[100];
    for (int i = 0; i < 100; i++) {
      rows[i][0] = i;
      labels[i] = i < 80 ? 0 : 1;
    }
    Features examples = Features.of(rows, labels);
    Dataset data = Dataset.of("mine", examples, 0.2, 7);

    assertThat(data.outputs()).isEqualTo(2);
    assertThat(data.train().count()).isEqualTo(80);
    assertThat(data.test().count()).isEqualTo(20);
    int ones = 0;
    boolean[] seen = new boolean[100];
    for (Examples part : new Examples[] {data.train(), data.test()}) {
      for (int i = 0; i < part.count(); i++) {
        seen[(int) part.values(i)[0]] = true;
        ones += part == data.test() ? part.label(i) : 0;
      }
    }
    assertThat(seen).doesNotContain(false);
    assertThat(ones).isEqualTo(4);
    assertThat(Dataset.of("mine", examples, 0.2, 7).contentHash()).isEqualTo(data.contentHash());
    assertThat(Dataset.of("mine", examples, 0.2, 8).contentHash()).isNotEqualTo(data.contentHash());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("mine", examples, 0, 7))
        .withMessageContaining("0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("mine", examples, 0.001, 7))
        .withMessageContaining("mine: a split is empty");
  }

  @Test
  void theHashIsThatOfIdxFiles() throws Exception {
    Features part = Features.of(new float[][] {{1.5f, -2}}, new int[] {3});
    ByteBuffer file = ByteBuffer.allocate(2 * 40);
    for (int i = 0; i < 2; i++) {
      file.putInt(0x0D04).putInt(1).putInt(2).putInt(1).putInt(1).putFloat(1.5f).putFloat(-2);
      file.putInt(0x0C01).putInt(1).putInt(3);
    }
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(file.array());
    assertThat(Dataset.of("mine", part, part).contentHash())
        .isEqualTo(HexFormat.of().formatHex(sha256));
  }

  @Test
  void theSplitsMustBeOfOneKind() {
    Features train = Features.of(new float[][] {{1, 2}}, new int[] {0});
    Features wider = Features.of(new float[][] {{1, 2, 3}}, new int[] {0});
    Images images = Images.copyOf(2, 1, 1, new byte[2], new byte[1]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("mine", train, wider))
        .withMessageContaining("differ in kind or shape");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("mine", train, images))
        .withMessageContaining("differ in kind or shape");
  }
}
