package dev.ockham.lab;

import static dev.ockham.lab.QuickPages.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.lab.experiment.ElboExperiment;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.LabFolder;
import dev.ockham.lab.page.LabPage;
import dev.ockham.runtime.Thorough;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every experiment and its page. */
class ExperimentsTest {

  private static final Set<String> MADE_OF_PIXELS = Set.of("sparsify", "sparsify-strip");

  static Stream<Experiment> experiments() {
    return Experiments.all().stream();
  }

  /** Computes as long as all others together. */
  private static final String SLOWEST = "gradient-variance";

  /** In a plain build, two of those that compute faster; with {@code -Plong} all. */
  static Stream<Experiment> fasterOnes() {
    return Thorough.oneIn(12, experiments().filter(e -> !e.name().equals(SLOWEST)));
  }

  @Tag("long")
  @Test
  void theSlowestHasAPageAndPicturesToo(@TempDir Path folder) throws IOException {
    Experiment slowest =
        experiments().filter(e -> e.name().equals(SLOWEST)).findFirst().orElseThrow();
    aPageIsWrittenWithAllItsFiles(slowest, folder);
    everyPictureHasInkOfSeveralColours(slowest);
  }

  @Test
  void namesDiffer() {
    Set<String> names = new HashSet<>();
    experiments().forEach(e -> assertThat(names.add(e.name())).as(e.name()).isTrue());
  }

  @ParameterizedTest
  @MethodSource("fasterOnes")
  void aPageIsWrittenWithAllItsFiles(Experiment experiment, @TempDir Path folder)
      throws IOException {
    LabPage page = page(experiment.name());
    Map<String, Path> files = LabFolder.write(page, "{}", folder.resolve("new/page"));
    assertThat(files).containsKeys("index.html", "result.json");
    String html = Files.readString(folder.resolve("new/page/index.html"));
    assertThat(html).contains("<h1>", "prefers-color-scheme: dark", "width=device-width");
    assertThat(html).doesNotContain("http://", "https://", "<script");
    for (Figure figure : page.figures()) {
      assertThat(files).containsKey(figure.name() + ".png");
      assertThat(files.containsKey(figure.name() + ".svg"))
          .as("%s is a chart, so it has vectors", figure.name())
          .isNotEqualTo(MADE_OF_PIXELS.contains(figure.name()));
    }
    assertThat(html.split("<img ", -1)).hasSize(page.figures().size() + 1);
  }

  @Test
  void nothingNewStaysWhereOneFileCannotBeWritten(@TempDir Path folder) throws IOException {
    Path page = folder.resolve("page");
    Files.createDirectories(page.resolve("index.html"));
    assertThatThrownBy(() -> LabFolder.write(page("elbo"), "{}", page))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("index.html");
    try (Stream<Path> left = Files.list(page)) {
      assertThat(left).containsExactly(page.resolve("index.html"));
    }
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("fasterOnes")
  void everyPictureHasInkOfSeveralColours(Experiment experiment) throws IOException {
    assertThat(page(experiment.name()).figures()).isNotEmpty();
    for (Figure figure : page(experiment.name()).figures()) {
      Map<String, byte[]> files = figure.drawing().files();
      BufferedImage image =
          ImageIO.read(new ByteArrayInputStream(Objects.requireNonNull(files.get("png"))));
      Set<Integer> colours = new HashSet<>();
      int dark = 0;
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          int rgb = image.getRGB(x, y) & 0xFFFFFF;
          colours.add(rgb);
          dark += rgb == 0xFFFFFF ? 0 : 1;
        }
      }
      double ink = (double) dark / (image.getWidth() * image.getHeight());
      assertThat(ink).as(figure.name()).isBetween(0.01, 0.7);
      int few = MADE_OF_PIXELS.contains(figure.name()) ? 10 : 20;
      assertThat(colours).as(figure.name()).hasSizeGreaterThan(few);
      if (MADE_OF_PIXELS.contains(figure.name())) {
        continue;
      }
      String svg = new String(Objects.requireNonNull(files.get("svg")), StandardCharsets.UTF_8);
      assertThat(svg.contains("<svg") && svg.contains("<path")).as(figure.name()).isTrue();
      assertThat(svg.contains("NaN")).as(figure.name()).isFalse();
      assertThat(figure.drawing().files().get("svg")).isEqualTo(files.get("svg"));
    }
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("experiments")
  void equalSeedsGiveEqualNumbers(Experiment experiment) throws IOException {
    assertThat(withoutTimes(experiment.run(Setting.quick(1)).result()))
        .isEqualTo(withoutTimes(page(experiment.name()).result()));
  }

  private static Object withoutTimes(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<Object, Object> kept = new LinkedHashMap<>();
        map.forEach(
            (key, of) -> kept.put(key, key.toString().endsWith("_ms") ? 0 : withoutTimes(of)));
        yield kept;
      }
      case List<?> list -> list.stream().map(ExperimentsTest::withoutTimes).toList();
      default -> value;
    };
  }

  @Test
  void anotherSeedGivesOtherNumbers() throws IOException {
    assertThat(new ElboExperiment().run(Setting.quiet(2)).result())
        .isNotEqualTo(page("elbo").result());
  }
}
