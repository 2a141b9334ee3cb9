package dev.ockham.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.prune.Mask;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightFiguresTest {

  @Test
  void aDenseLayerCountsTheUnitsThatAPixelFeeds() {
    // Two units over 1×2 pixels; weight 1, pixel 1 of unit 0, is gone.
    Mask mask = Mask.below(new float[] {0, 9, 0, 0}, 3);
    assertThat(use(new Linear(2), mask, 1, 2)).containsExactly(2, 1);
  }

  private static int[] use(Operator reader, Mask mask, int height, int width) {
    Node node = new Node("n", reader, List.of("pixels"), Map.of("weight", "n.weight"));
    return PixelUse.of("m", List.of(node), List.of(mask), Shape.of(1, height, width)).counts();
  }

  private static Convolution filter(int kernel, int stride, int padding, int dilation) {
    return new Convolution(1, Window.of(2, kernel, stride, padding, dilation), 1);
  }

  @Test
  void aConvolutionCountsEveryPositionThatATapReads() {
    // A 2×2 filter over 3×3 pixels, its lower right weight alone: pixels (1..2, 1..2).
    Mask mask = Mask.below(new float[] {9, 9, 9, 0}, 3);
    assertThat(use(filter(2, 1, 0, 1), mask, 3, 3)).containsExactly(0, 0, 0, 0, 1, 1, 0, 1, 1);
  }

  @Test
  void aWholeFilterReadsTheMiddleMostOften() {
    assertThat(use(filter(2, 1, 0, 1), Mask.all(4), 3, 3))
        .containsExactly(1, 2, 1, 2, 4, 2, 1, 2, 1);
  }

  @Test
  void paddingIsNoPixelAndStridesAndDilationSkipSome() {
    assertThat(use(filter(3, 1, 1, 1), Mask.all(9), 2, 2)).containsExactly(4, 4, 4, 4);
    assertThat(use(filter(1, 2, 0, 1), Mask.all(1), 3, 3))
        .containsExactly(1, 0, 1, 0, 0, 0, 1, 0, 1);
    assertThat(use(filter(2, 1, 0, 2), Mask.all(4), 3, 3))
        .containsExactly(1, 0, 1, 0, 0, 0, 1, 0, 1);
  }

  @Test
  void aRectangularFilterReadsItsRowsAndColumns() {
    Window window =
        new Window(List.of(1, 2), List.of(1, 1), List.of(0, 0), List.of(0, 1), List.of(1, 1));
    // The right weight alone: never the first column, and once the padding behind the last.
    Mask right = Mask.below(new float[] {9, 0}, 3);
    assertThat(use(new Convolution(1, window, 1), right, 2, 3)).containsExactly(0, 1, 1, 0, 1, 1);
  }

  @Test
  void nodesThatReadTheSamePixelsAddUp() {
    Node dense = new Node("d", new Linear(1), List.of("pixels"), Map.of("weight", "d.weight"));
    Node conv = new Node("c", filter(1, 2, 0, 1), List.of("pixels"), Map.of("weight", "c.weight"));
    List<Mask> masks = List.of(Mask.below(new float[] {0, 0, 9}, 3), Mask.all(1));
    assertThat(PixelUse.of("m", List.of(dense, conv), masks, Shape.of(1, 1, 3)).counts())
        .containsExactly(2, 1, 1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {3, 2.97, -4.123, 0})
  void everyBarIsEitherKeptOrRemoved(double threshold) {
    float[] scores = new float[5000];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) (-20 + 0.008 * i);
    }
    scores[0] = (float) threshold;
    LogAlphaHistogram bins =
        LogAlphaHistogram.of(List.of(scores), threshold).count(scores, threshold);
    int edge = (int) Math.round((threshold - bins.first()) / bins.width());
    long kept = Arrays.stream(bins.counts(), 0, edge).sum();
    assertThat(kept).isEqualTo(Mask.below(scores, (float) threshold).kept());
    assertThat(Arrays.stream(bins.counts()).sum()).isEqualTo(scores.length);
    assertThat(bins.counts().length).isBetween(20, 64);
  }

  @Test
  void equalScoresStillMakeAHistogram() {
    float[] scores = {3, 3, 3};
    LogAlphaHistogram bins = LogAlphaHistogram.of(List.of(scores), 3).count(scores, 3);
    assertThat(Arrays.stream(bins.counts()).sum()).isEqualTo(3);
    assertThat(bins.counts()[bins.counts().length - 1]).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"104, 5", "2, 2"})
  void weightsThatAreGoneTakeOneBarAndNoRoom(double threshold, double expectedEdge) {
    float[] scores = new float[5000];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = i % 10 == 0 ? -5 + 0.002f * i : Float.POSITIVE_INFINITY;
    }
    List<float[]> layers = List.of(scores, new float[] {Float.POSITIVE_INFINITY});
    double edge = LogAlphaHistogram.edge(layers, threshold);
    assertThat(edge).isEqualTo(expectedEdge);
    LogAlphaHistogram bins = LogAlphaHistogram.of(layers, edge).count(scores, edge);
    assertThat(bins.counts().length).isBetween(40, 64);
    int at = (int) Math.round((edge - bins.first()) / bins.width());
    assertThat(Arrays.stream(bins.counts(), 0, at).sum())
        .isEqualTo(Mask.below(scores, (float) threshold).kept());
    assertThat(bins.counts()[bins.counts().length - 1]).isGreaterThanOrEqualTo(4500);
  }

  @Test
  void aLayerOfZerosAloneStillMakesAHistogram() {
    float[] scores = {Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY};
    List<float[]> layers = List.of(scores);
    assertThat(LogAlphaHistogram.edge(layers, 104)).isEqualTo(104);
    assertThat(LogAlphaHistogram.of(layers, 104).count(scores, 104).counts()).endsWith(2);
  }

  @Test
  void removedWeightsAreTransparentAndSignsHaveColours() throws IOException {
    Picture picture = new Picture(3, 1);
    picture.signed(0, 0, -1, 1, 0.25);
    picture.signed(2, 0, 0.001f, 1, 0.25);
    String uri = picture.dataUri();
    byte[] png = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(image.getRGB(0, 0)).isEqualTo(0xFF2B7BC4);
    assertThat(image.getRGB(1, 0) >>> 24).isZero();
    assertThat(image.getRGB(2, 0) >>> 24).isBetween(60, 70);
    assertThat(image.getRGB(2, 0) & 0xFFFFFF).isEqualTo(0xE0701A);
  }
}
