package dev.ockham.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kl.GaussianKl;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.lab.experiment.ElboExperiment;
import dev.ockham.lab.experiment.KlExperiment;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.LabFolder;
import dev.ockham.lab.page.LabPage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExperimentsTest {

  private static final Map<String, LabPage> PAGES = new HashMap<>();

  private static final Set<String> MADE_OF_PIXELS = Set.of("sparsify", "sparsify-strip");

  static Stream<Experiment> experiments() {
    return Experiments.all().stream();
  }

  /** Computed once for all tests. */
  private static LabPage page(String name) {
    LabPage known = PAGES.get(name);
    if (known == null) {
      try {
        known =
            experiments()
                .filter(e -> e.name().equals(name))
                .findFirst()
                .orElseThrow()
                .run(Setting.quick(1));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      PAGES.put(name, known);
    }
    return known;
  }

  @Test
  void namesDiffer() {
    Set<String> names = new HashSet<>();
    experiments().forEach(e -> assertThat(names.add(e.name())).as(e.name()).isTrue());
  }

  @ParameterizedTest
  @MethodSource("experiments")
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

  @ParameterizedTest
  @MethodSource("experiments")
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
      assertThat(colours).as(figure.name()).hasSizeGreaterThan(20);
      if (MADE_OF_PIXELS.contains(figure.name())) {
        continue;
      }
      String svg = new String(Objects.requireNonNull(files.get("svg")), StandardCharsets.UTF_8);
      assertThat(svg.contains("<svg") && svg.contains("<path")).as(figure.name()).isTrue();
      assertThat(svg.contains("NaN")).as(figure.name()).isFalse();
      assertThat(figure.drawing().files().get("svg")).isEqualTo(files.get("svg"));
    }
  }

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
  void anotherSeedGivesOtherNumbers() {
    assertThat(new ElboExperiment().run(Setting.quiet(2)).result())
        .isNotEqualTo(page("elbo").result());
  }

  @SuppressWarnings("unchecked") // results are trees of plain values
  private static List<Map<String, Object>> rows(String experiment, String key) {
    return (List<Map<String, Object>>) Objects.requireNonNull(page(experiment).result().get(key));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> group(Map<String, Object> of, String key) {
    return (Map<String, Object>) Objects.requireNonNull(of.get(key), key);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> groups(Map<String, Object> of, String key) {
    return (List<Map<String, Object>>) Objects.requireNonNull(of.get(key), key);
  }

  private static double number(Map<String, Object> row, String key) {
    return ((Number) Objects.requireNonNull(row.get(key), key)).doubleValue();
  }

  @Test
  void noiseHasTheMomentsOfItsAlpha() {
    for (Map<String, Object> row : rows("noise", "moments")) {
      assertThat(number(row, "mean")).isCloseTo(1, within(5 * number(row, "mean_error")));
      assertThat(number(row, "variance"))
          .isCloseTo(
              number(row, "exact_variance"), within(5 * number(row, "variance_error") + 1e-4));
    }
  }

  @Test
  void chancesToKeepHaveTheMeansOfTheFormula() {
    for (Map<String, Object> row : rows("beta-bernoulli", "chances")) {
      assertThat(number(row, "sampled_mean")).isCloseTo(number(row, "mean"), within(4e-3));
      assertThat(number(row, "kl_nats")).isPositive();
    }
    assertThat(rows("beta-bernoulli", "chances")).hasSize(8);
  }

  @Test
  void theColderTheCoinTheMoreItIsOne() {
    for (double chance : new double[] {0.1, 0.5, 0.9}) {
      List<Double> atTheEnds = new ArrayList<>();
      for (Map<String, Object> row : rows("beta-bernoulli", "gates")) {
        if (number(row, "chance") == chance) {
          atTheEnds.add(number(row, "at_the_ends"));
          if (number(row, "temperature") == 0.1) {
            assertThat(number(row, "mean")).isCloseTo(chance, within(0.03));
          }
        }
      }
      assertThat(atTheEnds).hasSize(3).isSorted();
      assertThat(atTheEnds.getLast()).isGreaterThan(0.7);
    }
  }

  @Test
  void binarySumsApproachTheNormalDistributionAndGaussianOnesAreIt() {
    for (double alpha : new double[] {0.25, 1, 3}) {
      List<Double> distances = new ArrayList<>();
      for (Map<String, Object> row : rows("noise", "sums")) {
        if ("gaussian".equals(row.get("noise"))) {
          assertThat(number(row, "kolmogorov_distance")).isLessThan(0.015);
        } else if (Math.abs(number(row, "alpha") - alpha) < 1e-9
            && "bernoulli".equals(row.get("noise"))) {
          distances.add(number(row, "kolmogorov_distance"));
        }
      }
      assertThat(distances).hasSize(5);
      for (int i = 1; i < 4; i++) { // the last is down to what chance gives
        assertThat(distances.get(i)).isLessThan(distances.get(i - 1));
      }
      assertThat(distances.getFirst()).isGreaterThan(0.3);
      assertThat(distances.getLast()).isLessThan(0.015);
    }
  }

  @Test
  void theBoundStaysBelowTheEvidenceAndComesNearIt() {
    for (Map<String, Object> row : rows("elbo", "rows")) {
      double evidence = number(row, "log_evidence");
      double best = number(row, "best_elbo");
      assertThat(number(row, "identity_error")).isLessThan(1e-10);
      @SuppressWarnings("unchecked")
      List<Map<String, Object>> fit =
          (List<Map<String, Object>>) Objects.requireNonNull(row.get("fit"));
      fit.forEach(step -> assertThat(number(step, "elbo")).isLessThanOrEqualTo(best + 1e-9));
      assertThat(number(fit.getFirst(), "elbo")).isLessThan(evidence - 10);
      assertThat(number(fit.getLast(), "elbo")).isCloseTo(best, within(0.05));
      assertThat(evidence - best).isGreaterThan(number(row, "weights") == 1 ? -1e-9 : 0.05);
    }
  }

  @Test
  void everyEstimatorHasTheSameMarginalAndOnlyOneCorrelates() {
    assertThat(rows("reparameterization", "rows")).hasSize(6);
    for (Map<String, Object> row : rows("reparameterization", "rows")) {
      assertThat(number(row, "mean"))
          .isCloseTo(number(row, "exact_mean"), within(5 * number(row, "mean_error")));
      assertThat(number(row, "variance"))
          .isCloseTo(number(row, "exact_variance"), within(5 * number(row, "variance_error")));
      assertThat(number(row, "correlation"))
          .isCloseTo(number(row, "exact_correlation"), within(5 / Math.sqrt(200_000)));
    }
    assertThat(number(rows("reparameterization", "rows").getFirst(), "exact_correlation"))
        .isGreaterThan(0.3);
  }

  @Test
  void theScoreEstimatorIsUnbiasedAndThePathEstimatorsVarianceGrows() {
    for (Map<String, Object> row : rows("kl", "sampled_gradient")) {
      assertThat(number(row, "score_mean"))
          .isCloseTo(number(row, "exact"), within(5 * number(row, "score_mean_error")));
      @SuppressWarnings("unchecked")
      List<Double> path = (List<Double>) Objects.requireNonNull(row.get("path_variance_by_draws"));
      assertThat(path.getLast()).isGreaterThan(100 * path.getFirst());
    }
  }

  private static Map<String, Object> gradient(
      String parameterization, String parameter, String estimator, String layer, int m) {
    return rows("gradient-variance", "rows").stream()
        .filter(row ->
            List.of(parameterization, parameter, estimator, layer, 1, m)
                .equals(
                    Stream.of(
                            "parameterization", "parameter", "estimator", "layer", "epoch", "batch")
                        .map(row::get)
                        .toList()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void localDrawsHaveLessVarianceThanPerExampleAndThoseThanPerBatchDraws() {
    for (String layer : List.of("top", "bottom")) {
      Map<String, Object> local = gradient("multiplicative", "theta", "local", layer, 60);
      Map<String, Object> each = gradient("multiplicative", "theta", "per-example", layer, 60);
      Map<String, Object> shared = gradient("multiplicative", "theta", "per-batch", layer, 60);
      Map<String, Object> none = gradient("multiplicative", "theta", "none", layer, 60);
      assertThat(number(each, "variance")).isGreaterThan(1.1 * number(local, "variance"));
      assertThat(number(shared, "variance")).isGreaterThan(1.5 * number(each, "variance"));
      assertThat(number(none, "variance")).isZero();
      assertThat(number(none, "total_variance")).isPositive();
      assertThat(number(shared, "covariance_part")).isGreaterThan(0.3 * number(shared, "variance"));
      for (Map<String, Object> row : List.of(local, each)) {
        assertThat(number(row, "covariance_part"))
            .isCloseTo(0, within(5 * number(row, "covariance_spread")));
      }
      assertThat(number(shared, "variance_part"))
          .isCloseTo(number(each, "variance"), within(0.5 * number(each, "variance")));
    }
  }

  @Test
  void theMarginsOfTheOrderAreWellAboveTheirErrors() {
    for (Map<String, Object> row : rows("gradient-variance", "margins")) {
      if ("multiplicative".equals(row.get("parameterization")) && number(row, "batch") == 60) {
        assertThat(number(row, "per_example_over_local"))
            .isGreaterThan(1 + 2 * number(row, "per_example_over_local_error"));
        assertThat(number(row, "per_batch_over_per_example"))
            .isGreaterThan(1 + 2 * number(row, "per_batch_over_per_example_error"));
      }
    }
  }

  @Test
  void withAdditiveNoiseTheTopLayersThetaCannotTellLocalFromPerExampleDraws() {
    double[] spreads = new double[2];
    double[] ratios = new double[2];
    for (int i = 0; i < 2; i++) {
      String parameter = i == 0 ? "theta" : "sigma2";
      Map<String, Object> local = gradient("additive", parameter, "local", "top", 60);
      Map<String, Object> each = gradient("additive", parameter, "per-example", "top", 60);
      ratios[i] = number(each, "variance") / number(local, "variance");
      spreads[i] =
          Math.hypot(
              number(each, "spread") / number(each, "variance"),
              number(local, "spread") / number(local, "variance"));
    }
    assertThat(ratios[0]).isCloseTo(1, within(4 * spreads[0]));
    assertThat(ratios[1]).isGreaterThan(1.5);
  }

  @Test
  void theMultiplicativeGradientDrownsInItsOwnNoise() {
    for (String layer : List.of("top", "bottom")) {
      Map<String, Double> variance = new HashMap<>();
      for (Map<String, Object> row : rows("additive-noise", "rows")) {
        if (layer.equals(row.get("layer")) && "per-batch".equals(row.get("estimator"))) {
          variance.put(
              row.get("parameterization") + " " + row.get("alpha"), number(row, "variance"));
        }
      }
      double small =
          Objects.requireNonNull(variance.get("multiplicative 0.1"))
              / Objects.requireNonNull(variance.get("additive 0.1"));
      double large =
          Objects.requireNonNull(variance.get("multiplicative 100.0"))
              / Objects.requireNonNull(variance.get("additive 100.0"));
      assertThat(large).isGreaterThan(10).isGreaterThan(3 * small);
    }
  }

  @Test
  void withTheSlipOnlyWeightsWithoutASignalAreGivenUp() {
    for (Map<String, Object> row : rows("additive-noise", "kl_slip")) {
      double z = number(row, "signal_to_noise");
      if (z < 0.95) {
        assertThat(row.get("pruned")).isEqualTo(true);
      } else if (z > 2.5) {
        assertThat(row.get("pruned")).isEqualTo(false);
        assertThat(number(row, "theta")).isBetween(0.5, 1.0);
      }
      assertThat(number(row, "log_alpha_of_slip")).isLessThan(3);
    }
  }

  @Test
  void dropoutIsVariationalDropoutBitForBitAndOnlyUnderItsPrior() {
    Map<Object, Map<String, Object>> trained = new HashMap<>();
    rows("equivalence", "rows").forEach(row -> trained.put(row.get("name"), row));
    Object hash = Objects.requireNonNull(trained.get("gaussian-dropout-b")).get("weights_sha256");
    for (String name : List.of("vd-b, α fixed", "vd-b, α fixed, β = 0")) {
      Map<String, Object> row = Objects.requireNonNull(trained.get(name));
      assertThat(number(row, "equal_bits")).isEqualTo(1);
      assertThat(row.get("weights_sha256")).isEqualTo(hash);
    }
    assertThat(number(Objects.requireNonNull(trained.get("vd-b, α fixed")), "kl_nats"))
        .isGreaterThan(1000);
    for (String name : List.of("vd-b, α learnt", "binary-dropout", "gaussian-dropout-a")) {
      assertThat(number(Objects.requireNonNull(trained.get(name)), "distance")).isGreaterThan(1e-3);
    }
    assertThat(number(Objects.requireNonNull(trained.get("bnn, β = 1")), "distance"))
        .isGreaterThan(1e-3);
    for (Map<String, Object> row : rows("equivalence", "kl_gradient")) {
      assertThat(number(row, "log_uniform_sum")).isCloseTo(0, within(1e-5));
    }
    for (Map<String, Object> row : rows("equivalence", "moments")) {
      assertThat(number(row, "mean"))
          .isCloseTo(number(row, "exact_mean"), within(5 * number(row, "mean_error")));
      assertThat(number(row, "variance"))
          .isCloseTo(number(row, "exact_variance"), within(5 * number(row, "variance_error")));
      assertThat(number(row, "correlation_of_outputs"))
          .isCloseTo(number(row, "exact_correlation_of_outputs"), within(5 / Math.sqrt(2000)));
    }
    for (Map<String, Object> row : rows("equivalence", "network_kl")) {
      double nats = number(row, "kl_nats");
      double change = number(row, "kl_nats_doubled") - nats;
      if ("bnn".equals(row.get("prior"))) {
        assertThat(Math.abs(change)).isGreaterThan(0.1 * nats);
      } else {
        assertThat(change).isCloseTo(0, within(1e-2 * nats));
      }
    }
  }

  @Test
  void underAGaussianPriorASampledGradientHasTheVarianceOfItsFormula() {
    for (Map<String, Object> row : rows("kl", "sampled_gaussian_gradient")) {
      for (String by : List.of("by_mean", "by_log_variance")) {
        Map<String, Object> gradient = group(row, by);
        assertThat(number(gradient, "mean"))
            .isCloseTo(number(gradient, "exact"), within(5 * number(gradient, "mean_error")));
        assertThat(number(gradient, "variance"))
            .isCloseTo(
                number(gradient, "exact_variance"), within(5 * number(gradient, "variance_error")));
      }
    }
  }

  @Test
  void formsThatEndAtAlphaOneRemoveNothingAndTheOthersDo() {
    List<Map<String, Object>> forms = groups(group(page("kl").result(), "training"), "forms");
    assertThat(forms).hasSize(KlTerm.values().length);
    for (Map<String, Object> form : forms) {
      KlTerm term = KlTerm.named(String.valueOf(form.get("name")));
      double sparsity = number(group(form, "sparsity"), "mean");
      if (term.maxLogAlpha() < 3) {
        assertThat(sparsity).as(term.cliName()).isZero();
      } else {
        assertThat(sparsity).as(term.cliName()).isGreaterThan(0.5);
      }
      assertThat(number(group(form, "error_percent"), "mean")).isBetween(5.0, 80.0);
    }
  }

  @Test
  void onlyTheLogUniformPriorIsBlindToTheSizeOfAWeight() {
    List<Map<String, Object>> rows = rows("prior", "kl_at_fixed_alpha");
    double exact = KlTerm.EXACT.value(Math.log(number(page("prior").result(), "alpha")));
    for (Map<String, Object> row : rows) {
      double theta = number(row, "theta");
      assertThat(number(row, "log_uniform")).isCloseTo(exact, within(1e-12));
      double gaussian = new GaussianKl(1).value(theta, Math.log(0.25 * theta * theta));
      assertThat(number(row, "gaussian")).isCloseTo(gaussian, within(1e-10 * (1 + gaussian)));
    }
    for (String other : List.of("gaussian", "laplace", "cauchy")) {
      assertThat(number(rows.get(0), other) - number(rows.get(1), other))
          .isCloseTo(Math.log(10), within(0.05));
    }
  }

  @Test
  void withoutThePriorFewerWeightsGo() {
    double with = sparsity(group(page("prior").result(), "with_prior"));
    double without = sparsity(group(page("prior").result(), "without_prior"));
    assertThat(without).isLessThan(0.1);
    assertThat(with).isGreaterThan(0.8);
  }

  @Test
  void remediesLeaveMoreOfANetworkThatAStrongKlEmpties() {
    Map<String, Map<String, Object>> rows = new HashMap<>();
    rows("collapse", "rows").forEach(row -> rows.put(String.valueOf(row.get("name")), row));
    Map<String, Object> nothing = Objects.requireNonNull(rows.get("nothing"));
    for (String remedy : List.of("warm-up", "both", "β = 1", "β = 0.3", "all")) {
      Map<String, Object> row = Objects.requireNonNull(rows.get(remedy));
      assertThat(number(group(row, "error_percent"), "mean"))
          .as(remedy)
          .isLessThan(number(group(nothing, "error_percent"), "mean"));
      assertThat(sparsity(row)).as(remedy).isLessThan(sparsity(nothing));
    }
  }

  @Test
  void theAnimationHasAFrameForEveryEpochAndRepeats() throws IOException {
    LabPage page = page("sparsify");
    List<Map<String, Object>> epochs = rows("sparsify", "epochs");
    Figure animation = page.figures().getFirst();
    byte[] gif = Objects.requireNonNull(animation.drawing().files().get("gif"));
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(gif))) {
      reader.setInput(input);
      assertThat(reader.getNumImages(true)).isEqualTo(epochs.size()).isGreaterThan(3);
      for (int i = 0; i < epochs.size(); i++) {
        IIOMetadataNode root =
            (IIOMetadataNode) reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0");
        IIOMetadataNode control =
            (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
        assertThat(Integer.parseInt(control.getAttribute("delayTime"))).isBetween(20, 400);
        assertThat(reader.read(i).getWidth()).isEqualTo(reader.read(0).getWidth());
      }
      BufferedImage last = reader.read(epochs.size() - 1);
      BufferedImage still =
          ImageIO.read(
              new ByteArrayInputStream(
                  Objects.requireNonNull(animation.drawing().files().get("png"))));
      for (int y = 0; y < still.getHeight(); y += 3) {
        for (int x = 0; x < still.getWidth(); x += 3) {
          assertThat(last.getRGB(x, y)).isEqualTo(still.getRGB(x, y));
        }
      }
    } finally {
      reader.dispose();
    }
    assertThat(new String(gif, StandardCharsets.ISO_8859_1)).contains("NETSCAPE2.0");
    assertThat(number(epochs.getLast(), "sparsity"))
        .isGreaterThan(number(epochs.getFirst(), "sparsity") + 0.1);
  }

  private static double sparsity(Map<String, Object> repeats) {
    return number(group(repeats, "sparsity"), "mean");
  }

  @Test
  void bytesFallOnlyWhereCompressedRowsPayAndUnitsGoTogether() {
    List<Map<String, Object>> rows = rows("storage", "rows");
    Map<String, Map<String, Object>> found = new HashMap<>();
    for (Map<String, Object> row : rows) {
      found.put(row.get("scores") + " %.2f".formatted(number(row, "asked_sparsity")), row);
    }
    Map<String, Object> dense = Objects.requireNonNull(found.get("scattered 0.00"));
    assertThat(number(dense, "nonzero_weights")).isEqualTo(266_200);
    assertThat(number(dense, "units")).isEqualTo(410);
    Map<String, Object> third = Objects.requireNonNull(found.get("scattered 0.30"));
    assertThat(number(third, "file_bytes")).isGreaterThan(0.99 * number(dense, "file_bytes"));
    Map<String, Object> most = Objects.requireNonNull(found.get("scattered 0.90"));
    assertThat(number(most, "file_bytes") / number(most, "nonzero_weights")).isBetween(5.9, 6.3);
    Map<String, Object> byUnit = Objects.requireNonNull(found.get("by unit 0.90"));
    assertThat(number(byUnit, "units")).isLessThan(0.8 * number(most, "units"));
    assertThat(number(byUnit, "file_bytes")).isLessThan(number(most, "file_bytes"));
  }

  @Test
  void klRefusesWhatLeavesTheDoubleRange() {
    assertThatThrownBy(() -> new KlExperiment(List.of(0.0, 701.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("log alpha 701.0");
  }
}
