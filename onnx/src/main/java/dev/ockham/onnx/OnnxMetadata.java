package dev.ockham.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.ockham.runtime.file.DataRules;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an ONNX file of Ockham's says beside the network, in {@code metadata_props}: {@code
 * ockham.architecture}; {@code ockham.data_rules}, a JSON object with the names of the classes;
 * and, under {@code ockham.} and its own key, each text pair of where the model comes from, such as
 * {@code ockham.data}.
 *
 * @param architecture name of the network that it came from; empty where that is not said
 * @param rules what the model's numbers mean; {@link DataRules#NONE} where that is not said
 * @param provenance where it comes from
 */
public record OnnxMetadata(
    String architecture, DataRules rules, SortedMap<String, String> provenance) {
  /** Nothing is said. */
  public static final OnnxMetadata NONE = new OnnxMetadata("", DataRules.NONE, new TreeMap<>());

  private static final String PREFIX = "ockham.";
  private static final String ARCHITECTURE = "architecture";
  private static final String DATA_RULES = "data_rules";

  /** Copies the provenance and checks its keys. */
  public OnnxMetadata {
    provenance = Collections.unmodifiableSortedMap(new TreeMap<>(provenance));
    if (provenance.containsKey(ARCHITECTURE) || provenance.containsKey(DATA_RULES)) {
      throw new IllegalArgumentException("provenance takes a key of the metadata's own");
    }
  }

  /** What a model file says; the map need not be sorted. */
  public static OnnxMetadata of(
      String architecture, DataRules rules, Map<String, String> provenance) {
    return new OnnxMetadata(architecture, rules, new TreeMap<>(provenance));
  }

  /**
   * What an ONNX file says; {@link #NONE} for one that others wrote.
   *
   * @throws IllegalArgumentException if its rules are not a JSON object, or not what they must be
   */
  public static OnnxMetadata of(ModelProto model) {
    Map<String, String> pairs = new TreeMap<>();
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      pairs.put(entry.getKey(), entry.getValue());
    }
    return ofPairs(pairs);
  }

  /**
   * What {@code metadata_props} say; keys of others are passed over.
   *
   * @throws IllegalArgumentException if its rules are not a JSON object, or not what they must be
   */
  public static OnnxMetadata ofPairs(Map<String, String> pairs) {
    Map<String, String> found = new TreeMap<>();
    pairs.forEach((key, value) -> {
      if (key.startsWith(PREFIX)) {
        found.put(key.substring(PREFIX.length()), value);
      }
    });
    String architecture = found.remove(ARCHITECTURE);
    String rules = found.remove(DATA_RULES);
    return of(
        architecture == null ? "" : architecture,
        rules == null ? DataRules.NONE : new DataRules(rules),
        found);
  }

  /** All of it as text pairs, with the keys of {@code metadata_props}, sorted. */
  public SortedMap<String, String> pairs() {
    SortedMap<String, String> pairs = new TreeMap<>();
    provenance.forEach((key, value) -> pairs.put(PREFIX + key, value));
    if (!architecture.isEmpty()) {
      pairs.put(PREFIX + ARCHITECTURE, architecture);
    }
    if (!rules.isEmpty()) {
      pairs.put(PREFIX + DATA_RULES, rules.json());
    }
    return pairs;
  }

  /** Writes the metadata into a model, sorted by key. */
  public void addTo(ModelProto.Builder model) {
    pairs()
        .forEach((key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
  }
}
