package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FashionMnistMiniTest {
  @Test
  void shipsAsManyOfEachClass(@TempDir Path empty) throws IOException {
    var nowhere = DataLocations.of(Map.of(), "Linux", empty, empty, Optional.empty());
    Dataset mini =
        new DatasetResolver(nowhere, DownloadListener.SILENT).resolve("fashion-mnist-mini");

    assertThat(mini.train()).hasToString("Images[10000, 1, 28, 28]");
    assertThat(mini.test()).hasToString("Images[2000, 1, 28, 28]");
    assertThat(perClass(mini.train())).containsOnly(1_000).hasSize(10);
    assertThat(perClass(mini.test())).containsOnly(200).hasSize(10);
    assertThat(mini.classNames()).hasSize(10).startsWith("T-shirt/top");
    try (var files = Files.list(empty)) {
      assertThat(files).isEmpty();
    }
  }

  /** Runs where the full set is on the machine; elsewhere the recorded hash stands for it. */
  @Test
  void isWhatTheMakerDrawsFromTheFullSet() throws IOException {
    var resolver = new DatasetResolver(DataLocations.ofProcess(), DownloadListener.SILENT);
    assumeTrue(
        resolver.list().stream()
            .anyMatch(l -> l.entry().name().equals("fashion-mnist") && l.present()),
        "fashion-mnist is not on this machine");
    Dataset full = resolver.resolve("fashion-mnist");

    assertThat(
            ContentHash.of(
                FashionMnistMiniMaker.firstOfEachClass(
                    (Images) full.train(), FashionMnistMiniMaker.TRAIN_PER_CLASS),
                FashionMnistMiniMaker.firstOfEachClass(
                    (Images) full.test(), FashionMnistMiniMaker.TEST_PER_CLASS)))
        .isEqualTo(resolver.resolve("fashion-mnist-mini").contentHash());
  }

  @Test
  void mnistIsAsPublishedWhereItIsOnTheMachine() throws IOException {
    var resolver = new DatasetResolver(DataLocations.ofProcess(), DownloadListener.SILENT);
    assumeTrue(
        resolver.list().stream().anyMatch(l -> l.entry().name().equals("mnist") && l.present()),
        "mnist is not on this machine");
    Dataset mnist = resolver.resolve("mnist");

    assertThat(mnist.train()).hasToString("Images[60000, 1, 28, 28]");
    assertThat(mnist.test()).hasToString("Images[10000, 1, 28, 28]");
    // The first digits of the training set are 5, 0, 4, 1, 9.
    assertThat(
            new int[] {
              mnist.train().label(0),
              mnist.train().label(1),
              mnist.train().label(2),
              mnist.train().label(3),
              mnist.train().label(4)
            })
        .containsExactly(5, 0, 4, 1, 9);
  }

  private static int[] perClass(Examples images) {
    int[] counts = new int[images.maxLabel() + 1];
    for (int i = 0; i < images.count(); i++) {
      counts[images.label(i)]++;
    }
    return counts;
  }
}
