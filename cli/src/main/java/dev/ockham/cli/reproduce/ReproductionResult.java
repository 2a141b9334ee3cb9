package dev.ockham.cli.reproduce;

import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.CheckedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All seeds of a reproduction, as {@code results/NAME.json} keeps them, with a checksum.
 *
 * @param name of the {@link Reproduction}
 * @param spec the settings that all seeds share, by path
 * @param seeds what came of each, by rising seed
 */
public record ReproductionResult(String name, Map<String, Object> spec, List<SeedResult> seeds) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** What the file holds. */
  private record Content(
      String name,
      @Nullable Map<String, Object> published,
      Map<String, Object> mean,
      Map<String, Object> spread,
      Map<String, Object> spec,
      List<SeedContent> seeds) {}

  /** A seed as the file holds it. */
  private record SeedContent(
      long seed,
      double error_percent,
      double train_error_percent,
      @Nullable Double dense_train_error_percent,
      long weights,
      long nonzero_weights,
      long file_bytes,
      long dense_bytes,
      List<Double> sparsity,
      double seconds,
      String weights_sha256,
      Map<String, Object> machine,
      Map<String, String> software) {

    SeedResult result() {
      return new SeedResult(
          seed,
          error_percent,
          train_error_percent,
          dense_train_error_percent,
          weights,
          nonzero_weights,
          file_bytes,
          dense_bytes,
          sparsity,
          seconds,
          weights_sha256,
          Objects.requireNonNull(machine),
          Objects.requireNonNull(software));
    }
  }

  /** Sorts the seeds. */
  public ReproductionResult {
    seeds = seeds.stream().sorted(Comparator.comparingLong(SeedResult::seed)).toList();
  }

  /** The file of a name in a folder of results. */
  public static Path file(Path results, String name) {
    return results.resolve(name + ".json");
  }

  /**
   * Reads a file.
   *
   * @return empty where there is none
   * @throws RunException if it is no result of this name, or one without a checksum whose means are
   *     not those of its seeds
   * @throws dev.ockham.runtime.file.MalformedFileException if it is not as it was written
   */
  public static Optional<ReproductionResult> read(Path results, String name) throws IOException {
    Path file = file(results, name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      CheckedText text = CheckedText.read(file);
      Content content = JSON.readValue(text.text(), Content.class);
      if (!name.equals(content.name)) {
        throw new RunException("%s holds results of '%s'".formatted(file, content.name));
      }
      var result =
          new ReproductionResult(
              name, content.spec, content.seeds.stream().map(SeedContent::result).toList());
      if (!text.checked()) {
        result.requireMeans(file, content.mean);
      }
      return Optional.of(result);
    } catch (JacksonException | NullPointerException e) {
      throw new RunException("%s is no result file of ockham reproduce".formatted(file));
    }
  }

  /** A file of an older build has no checksum, but its means, which follow from its seeds. */
  private void requireMeans(Path file, Map<String, Object> means) throws RunException {
    for (Map.Entry<String, @Nullable Object> each : summary(this::mean).entrySet()) {
      double own = each.getValue() instanceof Double number ? number : 0;
      boolean known = each.getValue() instanceof Double;
      double read =
          known && means.get(each.getKey()) instanceof Number number ? number.doubleValue() : own;
      if (Math.abs(own - read) > 1e-9 * Math.abs(own)) {
        throw new RunException(
            "%s: mean.%s is %s, but that of its seeds is %s: the file was damaged or changed"
                .formatted(file, each.getKey(), read, own));
      }
    }
  }

  /**
   * Whether its settings are these but for the number of threads, which each seed says; a file does
   * not keep apart a whole number's types, and may be older than a leaf.
   */
  public boolean isOf(Map<String, Object> settings) {
    try {
      return comparable(spec).equals(comparable(settings));
    } catch (SpecException e) {
      return false; // Leaves of another version.
    }
  }

  private String comparable(Map<String, Object> settings) {
    return JSON.writeValueAsString(
        SpecTree.whole(settings, name).with("training.threads", "1", name).toMap());
  }

  /** Just some of the seeds. */
  public ReproductionResult only(Set<Long> wanted) {
    return new ReproductionResult(
        name, spec, seeds.stream().filter(each -> wanted.contains(each.seed())).toList());
  }

  /** This result with one more seed, or another result of one. */
  public ReproductionResult with(SeedResult seed) {
    List<SeedResult> all = new ArrayList<>(seeds);
    all.removeIf(each -> each.seed() == seed.seed());
    all.add(seed);
    return new ReproductionResult(name, spec, all);
  }

  /** What came of one seed. */
  public Optional<SeedResult> seed(long seed) {
    return seeds.stream().filter(each -> each.seed() == seed).findFirst();
  }

  /** Whether every seed came to the empty network; not so where there is no seed. */
  public boolean allEmpty() {
    return !seeds.isEmpty() && seeds.stream().allMatch(each -> each.nonzeroWeights() == 0);
  }

  /** Mean over the seeds. */
  public double mean(ToDoubleFunction<SeedResult> number) {
    return seeds.stream().mapToDouble(number).average().orElse(Double.NaN);
  }

  /** The largest minus the smallest over the seeds; 0 where all are infinite. */
  public double spread(ToDoubleFunction<SeedResult> number) {
    double least = seeds.stream().mapToDouble(number).min().orElse(Double.NaN);
    double most = seeds.stream().mapToDouble(number).max().orElse(Double.NaN);
    return least == most ? 0 : most - least;
  }

  /** Writes the file, whole or not at all. */
  public void write(Path results) throws IOException {
    Map<String, @Nullable Object> map = toMap();
    Files.createDirectories(results);
    CheckedText.write(file(results, name), JSON.writeValueAsString(map));
  }

  /** As the file holds it; numbers that are infinite are null. */
  public Map<String, @Nullable Object> toMap() {
    Published row = Reproduction.named(name).published();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", name);
    map.put("published", row == null ? null : published(row));
    map.put("mean", summary(this::mean));
    map.put("spread", summary(this::spread));
    map.put("spec", spec);
    map.put("seeds", seeds.stream().map(SeedResult::toMap).toList());
    return map;
  }

  private static Map<String, @Nullable Object> published(Published row) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("source", row.source());
    map.put("error_percent", row.errorPercent());
    map.put("compression", finite(row.compression()));
    return map;
  }

  private static Map<String, @Nullable Object> summary(
      ToDoubleFunction<ToDoubleFunction<SeedResult>> of) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("error_percent", of.applyAsDouble(SeedResult::errorPercent));
    map.put("compression", finite(of.applyAsDouble(SeedResult::compression)));
    map.put("file_ratio", of.applyAsDouble(SeedResult::fileRatio));
    map.put("seconds", of.applyAsDouble(SeedResult::seconds));
    return map;
  }

  private static @Nullable Double finite(@Nullable Double value) {
    return value != null && Double.isFinite(value) ? value : null;
  }
}
