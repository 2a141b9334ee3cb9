package dev.ockham.cli.compress;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.console.SparkTaskOptions;
import dev.ockham.cli.process.CommandProcess;
import dev.ockham.cli.process.CommandRunner;
import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Target;
import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.AtomicFile;
import dev.ockham.runtime.file.CheckedText;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.train.compress.Budget;
import dev.ockham.train.compress.Compression;
import dev.ockham.train.compress.Effort;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code --effort thorough}: the same compression by several methods and seeds, each in a process
 * of its own, and the best of them on the validation examples.
 */
public final class Thorough {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<LinkedHashMap<String, Object>> TREE = new TypeReference<>() {};

  /** What each of the compressions is told anew. */
  private static final Set<String> OWN =
      Set.of(
          "--effort",
          "--methods",
          "--seeds",
          "--processes",
          "--method",
          "--seed",
          "--budget",
          "--threads",
          "--out");

  private static final Set<String> FLAGS =
      Set.of("--resume", "--json", "--dry-run", "--verbose", "--print");

  @Option(
      names = "--methods",
      paramLabel = "A,B,...",
      description =
          "Of --effort thorough: what to try, of sparse-vd, ard, bnn. Default: sparse-vd,ard.")
  private @Nullable String methods;

  @Option(
      names = "--seeds",
      paramLabel = "N,N,...",
      description = "Of --effort thorough: seeds to try each with. Default: 1,2.")
  private @Nullable String seeds;

  /**
   * How many compressions an effort is.
   *
   * @throws SpecException naming an option that is wrong, or has no use
   */
  public int times(Effort effort) {
    if (effort == Effort.THOROUGH) {
      return candidates().size();
    }
    String given = methods != null ? "--methods" : seeds != null ? "--seeds" : "";
    if (!given.isEmpty()) {
      throw new SpecException(
          "%s is for --effort thorough; leave it out, or ask for that".formatted(given));
    }
    return 1;
  }

  /** One of the compressions. */
  private record Candidate(String method, long seed) {
    String name() {
      return method + "-" + seed;
    }
  }

  private List<Candidate> candidates() {
    List<Candidate> all = new ArrayList<>();
    for (String method : (methods == null ? "sparse-vd,ard" : methods).split(",", -1)) {
      if (!Set.of("sparse-vd", "ard", "bnn").contains(method.strip())) {
        throw new SpecException(
            "--methods: '%s' has no variance for each weight to rank weights by; there are sparse-vd, ard and bnn"
                .formatted(method));
      }
      for (String seed : (seeds == null ? "1,2" : seeds).split(",", -1)) {
        Candidate candidate = new Candidate(method.strip(), number(seed));
        if (all.contains(candidate)) {
          throw new SpecException("--methods and --seeds: %s twice".formatted(candidate.name()));
        }
        all.add(candidate);
      }
    }
    return all;
  }

  private static long number(String seed) {
    try {
      return Long.parseLong(seed.strip());
    } catch (NumberFormatException e) {
      throw new SpecException("--seeds: '%s' is not a whole number".formatted(seed));
    }
  }

  /**
   * Runs all of them, and puts the files of the best into the folder.
   *
   * @param arguments of this command, behind its name
   * @param each measures how many epochs its budget is
   * @param budget of each
   * @param threads of each; what is computed depends on it
   * @param folder for the result; each has a folder of its own in there
   * @param resume whether what is there may go on
   * @param runner runs them
   * @param common where to say how it goes
   * @return the exit code
   * @throws RunException if none of them came to an end, or the folder holds something else
   */
  public int run(
      List<String> arguments,
      Compression each,
      Budget budget,
      int threads,
      Path folder,
      boolean resume,
      CommandRunner runner,
      CommonOptions common)
      throws IOException, TrainingException {
    List<Candidate> candidates = candidates();
    int epochs = epochs(shared(arguments), each, budget, threads, folder, resume);
    List<CommandProcess> commands = new ArrayList<>();
    for (Candidate candidate : candidates) {
      List<String> words = new ArrayList<>(List.of("compress"));
      words.addAll(shared(arguments));
      Path its = folder.resolve(candidate.name());
      words.addAll(List.of("--method", candidate.method()));
      words.addAll(List.of("--seed", Long.toString(candidate.seed())));
      words.addAll(List.of("--budget", epochs + "epochs", "--threads", Integer.toString(threads)));
      if (!Files.exists(summary(its))) {
        commands.add(new CommandProcess(its, words, threads));
      }
    }
    List<CommandProcess.End> ends = runner.run(commands, end -> say(common, folder, end));
    if (Interrupt.wished()) {
      return new CompressionOutput(common).stopped();
    }
    List<Map<String, Object>> summaries = new ArrayList<>();
    for (Candidate candidate : candidates) {
      Path its = summary(folder.resolve(candidate.name()));
      if (Files.exists(its)) {
        Map<String, Object> read = tree(its);
        read.put("candidate", candidate.name());
        summaries.add(read);
      }
    }
    if (summaries.isEmpty()) {
      CommandProcess.End first = ends.getFirst();
      throw new RunException(
          "%s: %s; what it said: %s"
              .formatted(
                  first.command().title(),
                  first.complaint().isEmpty()
                      ? "its process ended with exit code " + first.exitCode()
                      : first.complaint(),
                  first.command().log()));
    }
    return deliver(summaries, folder, common);
  }

  /**
   * Epochs of each: measured once, and kept beside what was asked for, so that going on later or on
   * another number of processes changes nothing.
   */
  private static int epochs(
      List<String> asked, Compression each, Budget budget, int threads, Path folder, boolean resume)
      throws IOException, TrainingException {
    Path file = folder.resolve("thorough.json");
    Map<String, Object> ours = new LinkedHashMap<>();
    ours.put("asked", asked);
    ours.put("budget", budget.toString());
    ours.put("threads", threads);
    if (Files.exists(file)) {
      Map<String, Object> there = tree(file);
      Object epochs = there.remove("epochs");
      if (resume && there.equals(ours) && epochs instanceof Integer known) {
        return known;
      }
      throw new RunException(
          resume
              ? "%s holds another compression, asked for as %s; choose another --out"
                  .formatted(folder, there.get("asked"))
              : "%s already holds a compression; --resume continues it, another --out keeps both"
                  .formatted(folder));
    }
    each.requireUsable(resume);
    int epochs = each.outlook().epochs();
    Files.createDirectories(folder);
    ours.put("epochs", epochs);
    CheckedText.write(file, JSON.writeValueAsString(ours));
    return epochs;
  }

  private static Map<String, Object> tree(Path file) throws IOException {
    try {
      Map<String, Object> tree = JSON.readValue(CheckedText.read(file).text(), TREE);
      if (tree != null) {
        return tree;
      }
    } catch (JacksonException e) {
      // Said below.
    }
    throw new RunException(file + ": is not what compress writes there; choose another --out");
  }

  private static Path summary(Path folder) {
    return new CompressedFiles(folder).summary();
  }

  private static void say(CommonOptions common, Path folder, CommandProcess.End end) {
    String name = end.command().title();
    String how =
        Files.exists(summary(folder.resolve(name)))
            ? "done"
            : end.complaint().isEmpty() ? "stopped" : "failed: " + end.complaint();
    common.err().printf("compress: %s: %s%n", name, how);
    common.err().flush();
  }

  /** What every one is told: all but what each has of its own. */
  private static List<String> shared(List<String> arguments) {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (isFlag(word) || isOwn(word.replaceAll("(?s)=.*", ""))) {
        i += isOwn(word) ? 1 : 0;
      } else {
        kept.add(word);
      }
    }
    return kept;
  }

  private static boolean isFlag(String option) {
    return FLAGS.contains(option) || SparkTaskOptions.SWITCHES.contains(option);
  }

  private static boolean isOwn(String option) {
    return OWN.contains(option) || SparkTaskOptions.NAMES.contains(option);
  }

  private int deliver(List<Map<String, Object>> summaries, Path folder, CommonOptions common)
      throws IOException {
    Map<String, Object> best = best(summaries);
    String name = String.valueOf(best.get("candidate"));
    Path from = folder.resolve(name);
    Path model = new CompressedFiles(from).model();
    if (!ModelFile.load(model).weightsSha256().equals(best.get("weights_sha256"))) {
      throw new RunException(model + ": is not the network that its summary.json is about");
    }
    for (String file :
        List.of(
            "dense.safetensors",
            "model.safetensors",
            "model.onnx",
            "report.html",
            "Predict.java")) {
      if (Files.exists(from.resolve(file))) {
        AtomicFile.writeBytes(folder.resolve(file), Files.readAllBytes(from.resolve(file)));
      }
    }
    CompressedFiles files = new CompressedFiles(folder);
    Map<String, Object> result = new LinkedHashMap<>(best);
    result.put("model", files.model().toString());
    List<Map<String, Object>> each = new ArrayList<>();
    for (Map<String, Object> one : summaries) {
      Map<String, Object> line = new LinkedHashMap<>();
      for (String key : List.of("candidate", "holds", "file", "compression", "error", "rmse")) {
        if (one.containsKey(key)) {
          line.put(key, one.get(key));
        }
      }
      each.add(line);
    }
    result.put("candidates", each);
    CheckedText.write(files.summary(), common.toJson(result));
    common.print(
        result,
        () -> {
          each.forEach(line -> common.out().println(shown(line)));
          common.out().printf("the best is %s: %s%n", name, files.model());
          common.out().printf("see how it went: %s%n", files.report());
        });
    return holds(best) ? 0 : CompressionOutput.NOT_GRANTED;
  }

  private static String shown(Map<String, Object> line) {
    StringBuilder text = new StringBuilder(String.valueOf(line.get("candidate")));
    line.forEach((key, value) -> {
      if (value instanceof Number number) {
        text.append(", ")
            .append(key)
            .append(' ')
            .append(Measure.parse(key).show(number.doubleValue()));
      }
    });
    return text + (holds(line) ? "" : ", not granted");
  }

  private static boolean holds(Map<String, Object> summary) {
    return Boolean.TRUE.equals(summary.get("holds"));
  }

  /**
   * The smallest file of those that grant all wishes where a quality is asked for, else the best;
   * where none does, the one whose wishes are missed by least.
   */
  static Map<String, Object> best(List<Map<String, Object>> summaries) {
    List<Map<String, Object>> holding = summaries.stream().filter(Thorough::holds).toList();
    Comparator<Map<String, Object>> nearest = Comparator.comparingDouble(Thorough::missed);
    if (holding.isEmpty()) {
      return summaries.stream().min(nearest).orElseThrow();
    }
    boolean byFile = targets(holding.getFirst()).stream().anyMatch(Thorough::ofQuality);
    return holding.stream()
        .min(
            byFile
                ? Comparator.comparingDouble(one -> number(one, "file"))
                : Comparator.comparingDouble(Thorough::loss))
        .orElseThrow();
  }

  private static double loss(Map<String, Object> summary) {
    return number(summary, summary.containsKey("error") ? "error" : "rmse");
  }

  private static double missed(Map<String, Object> summary) {
    double sum = 0;
    for (Map<?, ?> target : targets(summary)) {
      if (!Boolean.TRUE.equals(target.get("holds"))) {
        double wanted = number(target, "wanted");
        sum += Math.abs(number(target, "surely") - wanted) / Math.max(Math.abs(wanted), 1e-9);
      }
    }
    return sum;
  }

  private static boolean ofQuality(Map<?, ?> target) {
    return Target.parse(String.valueOf(target.get("target"))).measure().ofQuality();
  }

  private static List<Map<?, ?>> targets(Map<String, Object> summary) {
    List<Map<?, ?>> all = new ArrayList<>();
    if (summary.get("targets") instanceof List<?> list) {
      for (Object each : list) {
        if (each instanceof Map<?, ?> map) {
          all.add(map);
        }
      }
    }
    return all;
  }

  private static double number(Map<?, ?> map, String key) {
    return map.get(key) instanceof Number number ? number.doubleValue() : Double.POSITIVE_INFINITY;
  }
}
