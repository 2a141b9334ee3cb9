package dev.ockham.core.run;

import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.ModelFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * How the data of a run were read and split, as one text in the files of its models: without the
 * run, they can then be measured on the examples that it held out.
 */
public final class RecordedSplit {

  /** The split's key among the texts that say where a model comes from. */
  public static final String KEY = "split";

  private static final String GROUP = "data.";

  /** Said even where they are the defaults. */
  private static final Set<String> ALWAYS = Set.of("validation", "split_seed");

  /** They change what a network is given, not which examples there are; a model has its own. */
  private static final Set<String> NEVER =
      Set.of("name", "input_deviation", "mean", "deviation", "augment");

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<LinkedHashMap<String, Object>> TREE = new TypeReference<>() {};

  private RecordedSplit() {}

  /** The settings of a run's data, but for their name: a JSON object of those that matter. */
  static String of(RunSpec spec) {
    Map<String, Object> defaults = SpecTree.of(RunSpec.defaults()).leaves();
    Map<String, Object> said = new LinkedHashMap<>();
    SpecTree.of(spec)
        .leaves()
        .forEach((path, value) -> {
          String name = path.startsWith(GROUP) ? path.substring(GROUP.length()) : "";
          boolean other = !value.equals(defaults.get(path));
          if (ALWAYS.contains(name) || (!name.isEmpty() && !NEVER.contains(name) && other)) {
            said.put(name, value);
          }
        });
    return JSON.writeValueAsString(said);
  }

  /**
   * What a model's file says of its data.
   *
   * @param place of the file, for errors
   * @return empty where it says nothing, as files of older builds
   * @throws RunException if it says something else than {@link #of} wrote
   */
  public static Optional<DataSpec> of(ModelFile file, Path place) throws RunException {
    String text = file.provenance().get(KEY);
    String data = file.provenance().get("data");
    if (text == null || data == null) {
      return Optional.empty();
    }
    String source = place + ": " + KEY;
    try {
      SpecTree tree = SpecTree.of(RunSpec.defaults());
      for (Map.Entry<String, Object> leaf : JSON.readValue(text, TREE).entrySet()) {
        tree = tree.with(GROUP + leaf.getKey(), String.valueOf(leaf.getValue()), source);
      }
      return Optional.of(tree.toSpec().data().named(data));
    } catch (JacksonException e) {
      throw new RunException("%s is '%s', which is no JSON object".formatted(source, text));
    } catch (SpecException e) {
      String said = String.valueOf(e.getMessage());
      throw new RunException(said.startsWith(source) ? said : source + ": " + said);
    }
  }
}
