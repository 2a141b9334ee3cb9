package dev.ockham.core.sweep;

import dev.ockham.core.name.Nearest;
import dev.ockham.core.spec.Recipe;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A sweep: runs that differ in some settings, and how long each may go on.
 *
 * <pre>
 * recipe: mnist.yaml                       # what all have in common; may be left out
 * settings: {training.epochs: 20}          # and these on top
 * grid:                                    # a run for each combination; or random
 *   training.seed: [1, 2]
 * changes:                                 # all runs as they are, then with one of these
 *   He's start: {training.initial_weights: he}
 * random:                                  # a number of runs with settings drawn
 *   trials: 8
 *   seed: 1
 *   draw:
 *     training.learning_rate.initial: {low: 0.0001, high: 0.01, scale: log}
 *     training.batch: [50, 100]
 * halving: {epochs: [2, 6, 20], keep: 0.3} # short runs first, longer ones of the best
 * </pre>
 *
 * @param trials all of them, with the epochs of a run that is not cut short
 * @param rungs epochs of each round of successive halving, rising; empty where there is none
 * @param keep the part of a round that goes on, 0 to 1 exclusive
 */
public record SweepSpec(List<Trial> trials, List<Integer> rungs, double keep) {

  /** Most trials of a sweep. */
  public static final int MOST = 10_000;

  private static final List<String> KEYS =
      List.of("recipe", "settings", "changes", "grid", "random", "halving");
  private static final String METHOD = "method.name";
  private static final TypeReference<LinkedHashMap<String, Object>> TREE = new TypeReference<>() {};
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Copies the lists. */
  public SweepSpec {
    trials = List.copyOf(trials);
    rungs = List.copyOf(rungs);
  }

  /**
   * Reads a file.
   *
   * @throws SpecException naming file, key and value of the first mistake
   * @throws IOException if it, or its recipe, cannot be read
   */
  public static SweepSpec read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "is a folder, not a sweep");
    }
    Map<String, Object> tree = tree(file);
    for (String key : tree.keySet()) {
      if (!KEYS.contains(key)) {
        throw new SpecException(
            "%s: a sweep has no '%s'%s; it has %s"
                .formatted(file, key, Nearest.hint(key, KEYS), String.join(", ", KEYS)));
      }
    }
    if (tree.containsKey("grid") == tree.containsKey("random")) {
      throw new SpecException(file + ": a sweep has either a grid or random trials");
    }
    SpecTree base = base(file, tree.get("recipe"));
    for (Map.Entry<String, Object> each : group(file, "settings", tree).entrySet()) {
      base = base.with(each.getKey(), String.valueOf(each.getValue()), file + ": settings");
    }
    List<Map<String, String>> settings =
        tree.containsKey("grid") ? grid(file, tree) : random(file, group(file, "random", tree));
    Map<String, Map<String, String>> changes = changes(file, tree);
    long count = (long) changes.size() * settings.size();
    requireFew(file, count);
    int digits = Math.max(2, Long.toString(count).length());
    List<Trial> trials = new ArrayList<>();
    for (Map.Entry<String, Map<String, String>> change : changes.entrySet()) {
      for (Map<String, String> each : settings) {
        Map<String, String> own = new LinkedHashMap<>(each);
        own.putAll(change.getValue());
        String name = String.format(Locale.ROOT, "trial-%0" + digits + "d", trials.size() + 1);
        trials.add(new Trial(name, change.getKey(), own, spec(file, base, own)));
      }
    }
    Map<String, Object> halving = group(file, "halving", tree);
    return new SweepSpec(trials, rungs(file, halving), keep(file, halving));
  }

  private static Map<String, Object> tree(Path file) throws IOException {
    try {
      Map<String, Object> tree = YAML.readValue(Files.readString(file), TREE);
      return tree == null ? Map.of() : tree;
    } catch (CharacterCodingException e) {
      throw new SpecException(file + ": is not text in UTF-8");
    } catch (JacksonException e) {
      String first = e.getOriginalMessage().lines().findFirst().orElse("not valid YAML");
      throw new SpecException(
          "%s: %s%s"
              .formatted(
                  file,
                  e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ",
                  first.startsWith("No content") || first.startsWith("Cannot deserialize")
                      ? "a sweep is a group of keys and values"
                      : first));
    }
  }

  private static SpecTree base(Path file, @Nullable Object recipe) throws IOException {
    return recipe == null
        ? SpecTree.of(RunSpec.defaults())
        : Recipe.read(file.toAbsolutePath().resolveSibling(String.valueOf(recipe)));
  }

  private static Map<String, Object> group(Path file, String key, Map<String, Object> tree) {
    Map<String, Object> group = new LinkedHashMap<>();
    if (tree.get(key) instanceof Map<?, ?> given) {
      given.forEach((name, value) -> group.put(String.valueOf(name), value));
    } else if (tree.containsKey(key)) {
      throw new SpecException("%s: %s is a group of keys and values".formatted(file, key));
    }
    return group;
  }

  /** The method comes first: another one brings its own defaults. Threads are fixed. */
  private static RunSpec spec(Path file, SpecTree base, Map<String, String> settings) {
    SpecTree tree = base;
    if (settings.containsKey(METHOD)) {
      tree = tree.with(METHOD, settings.get(METHOD), file.toString());
    }
    for (Map.Entry<String, String> each : settings.entrySet()) {
      tree = tree.with(each.getKey(), each.getValue(), file.toString());
    }
    try {
      RunSpec spec = tree.toSpec();
      String data = spec.data().name();
      RunSpec placed =
          Files.exists(Path.of(data))
              ? spec.with("data.name", Path.of(data).toAbsolutePath().normalize())
              : spec;
      return placed.training().threads() == 0 ? placed.withThreads(1) : placed;
    } catch (SpecException e) {
      throw new SpecException("%s: %s".formatted(file, e.getMessage()));
    }
  }

  /** What is changed, by the name of the change; the first, without a name, is nothing. */
  private static Map<String, Map<String, String>> changes(Path file, Map<String, Object> tree) {
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    all.put("", Map.of());
    Map<String, Object> changes = group(file, "changes", tree);
    for (String name : changes.keySet()) {
      Map<String, String> settings = new LinkedHashMap<>();
      group(file, name, changes)
          .forEach((path, value) -> settings.put(path, String.valueOf(value)));
      all.put(name, settings);
    }
    return all;
  }

  private static List<Map<String, String>> grid(Path file, Map<String, Object> tree) {
    List<Map<String, String>> all = List.of(Map.of());
    for (Map.Entry<String, Object> axis : group(file, "grid", tree).entrySet()) {
      if (!(axis.getValue() instanceof List<?> values) || values.isEmpty()) {
        throw new SpecException(
            "%s: grid.%s is '%s'; it must be a list of values"
                .formatted(file, axis.getKey(), axis.getValue()));
      }
      List<Map<String, String>> next = new ArrayList<>();
      for (Map<String, String> each : all) {
        for (Object value : values) {
          Map<String, String> more = new LinkedHashMap<>(each);
          more.put(axis.getKey(), String.valueOf(value));
          next.add(more);
        }
      }
      requireFew(file, next.size());
      all = next;
    }
    return all;
  }

  private static void requireFew(Path file, long trials) {
    if (trials > MOST) {
      throw new SpecException(
          "%s: there are %s trials; at most %s go into a sweep".formatted(file, trials, MOST));
    }
  }

  private static List<Map<String, String>> random(Path file, Map<String, Object> random) {
    if (!Set.of("trials", "seed", "draw").containsAll(random.keySet())) {
      throw new SpecException(
          "%s: random has trials, seed and draw, not %s".formatted(file, random.keySet()));
    }
    int trials = whole(file, "random.trials", random.get("trials"), 1);
    long seed = whole(file, "random.seed", random.getOrDefault("seed", 1), 0);
    Map<String, RandomDraw> draws = new LinkedHashMap<>();
    group(file, "draw", random)
        .forEach((path, value) ->
            draws.put(path, RandomDraw.read(value, file + ": random.draw." + path)));
    List<Map<String, String>> all = new ArrayList<>();
    requireFew(file, trials);
    for (int trial = 0; trial < trials; trial++) {
      Map<String, String> settings = new LinkedHashMap<>();
      int setting = 0;
      for (Map.Entry<String, RandomDraw> draw : draws.entrySet()) {
        settings.put(draw.getKey(), draw.getValue().of(seed, trial, setting++));
      }
      all.add(settings);
    }
    return all;
  }

  private static int whole(Path file, String what, @Nullable Object value, int least) {
    if (!(value instanceof Integer number) || number < least) {
      throw new SpecException(
          "%s: %s is '%s'; it must be a whole number from %s on"
              .formatted(file, what, value, least));
    }
    return number;
  }

  private static List<Integer> rungs(Path file, Map<String, Object> halving) {
    if (halving.isEmpty()) {
      return List.of();
    }
    if (!Set.of("epochs", "keep").equals(halving.keySet())
        || !(halving.get("epochs") instanceof List<?> given)
        || given.isEmpty()) {
      throw new SpecException(
          "%s: halving has epochs, a list, and keep, not %s".formatted(file, halving));
    }
    List<Integer> rungs = new ArrayList<>();
    for (Object each : given) {
      int least = rungs.isEmpty() ? 1 : rungs.getLast() + 1;
      rungs.add(whole(file, "halving.epochs", each, least));
    }
    return rungs;
  }

  private static double keep(Path file, Map<String, Object> halving) {
    if (halving.isEmpty()) {
      return 0.5;
    }
    double keep = halving.get("keep") instanceof Number number ? number.doubleValue() : Double.NaN;
    if (!(keep > 0 && keep < 1)) {
      throw new SpecException(
          "%s: halving.keep is '%s'; it must be between 0 and 1"
              .formatted(file, halving.get("keep")));
    }
    return keep;
  }
}
