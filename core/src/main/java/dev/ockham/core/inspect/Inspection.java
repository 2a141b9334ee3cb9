package dev.ockham.core.inspect;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.ModelNetwork;
import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.runtime.file.CompactContents;
import dev.ockham.runtime.file.DType;
import dev.ockham.runtime.file.ForeignFormat;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.SafetensorsContents;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a file holds.
 *
 * @param file which one; that of a run's model or network where a run's folder was named
 * @param kind what it is
 * @param bytes of the whole file
 * @param network in numbers; null where the file holds tensors without a network
 * @param parts where the bytes go, in the order of the file; they add up to all of them. Of an ONNX
 *     file, what its tensors take as float32
 * @param metadata text pairs that it has beside, such as where a model came from
 */
public record Inspection(
    Path file,
    Kind kind,
    long bytes,
    @Nullable NetworkFacts network,
    List<FilePart> parts,
    SortedMap<String, String> metadata) {

  private static final String GRAPH = "graph";

  /** What a file can be. */
  public enum Kind {
    /** A model with its network, as Ockham saves it. */
    MODEL("Ockham model"),
    /** Tensors, as Ockham or another tool saves them. */
    TENSORS("safetensors"),
    /** A model with its network, as ONNX files hold it. */
    ONNX("ONNX model"),
    /** A network without numbers. */
    NETWORK("network");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** The kind as people are told. */
    public String words() {
      return words;
    }
  }

  /** Copies the collections. */
  public Inspection {
    parts = List.copyOf(parts);
    metadata = new TreeMap<>(metadata);
  }

  /**
   * Looks at a file, or at the model of a run's folder; at its network where it has no model yet.
   *
   * @throws IOException if it cannot be read, or is malformed
   */
  public static Inspection read(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return ofRun(new RunFolder(path));
    }
    String name = path.toString();
    if (name.endsWith(ModelNetwork.SAFETENSORS)) {
      return ofSafetensors(path);
    }
    if (name.endsWith(ModelNetwork.ONNX)) {
      return ofOnnx(path);
    }
    if (name.endsWith(NetworkSource.FILE)) {
      return ofNetwork(path, NetworkSource.read(name, path));
    }
    String other = ForeignFormat.of(path);
    throw new MalformedFileException(
        path,
        "file",
        "%sgive a run's folder, or a file that ends with %s, %s or %s"
            .formatted(
                other.isEmpty() ? "" : "it is " + other + "; ",
                ModelNetwork.SAFETENSORS,
                ModelNetwork.ONNX,
                NetworkSource.FILE));
  }

  private static Inspection ofRun(RunFolder run) throws IOException {
    RunRecord record = RunRecord.read(run);
    if (Files.exists(run.model())) {
      return ofSafetensors(run.model());
    }
    if (!Files.exists(run.network())) {
      throw new RunException(run.root() + " has neither a model nor a network yet");
    }
    return ofNetwork(run.network(), run.architecture(record.spec()));
  }

  private static Inspection ofNetwork(Path file, Architecture architecture) throws IOException {
    long bytes = Files.size(file);
    return new Inspection(
        file,
        Kind.NETWORK,
        bytes,
        NetworkFacts.of(architecture.name(), architecture.graph()),
        List.of(new FilePart(GRAPH, FilePart.Kind.GRAPH, "", bytes)),
        new TreeMap<>());
  }

  /**
   * Numbers as they are here, four bytes each; a file may hold them in another form, or elsewhere.
   */
  private static Inspection ofOnnx(Path file) throws IOException {
    ModelNetwork.Stored stored = ModelNetwork.read(file);
    List<FilePart> parts = new ArrayList<>();
    for (Parameter parameter : stored.model().graph().parameters()) {
      long bytes = (long) Float.BYTES * parameter.shape().size();
      String form = DType.F32 + parameter.shape().dims().toString();
      parts.add(new FilePart(parameter.name(), FilePart.Kind.DENSE, form, bytes));
    }
    return new Inspection(
        file,
        Kind.ONNX,
        Files.size(file),
        NetworkFacts.of(stored.model()),
        parts,
        new TreeMap<>(stored.metadata()));
  }

  private static Inspection ofSafetensors(Path file) throws IOException {
    boolean model = ModelNetwork.isIn(file);
    SafetensorsContents contents = SafetensorsContents.read(file);
    SortedMap<String, String> metadata = new TreeMap<>(contents.metadata());
    if (!model) {
      return new Inspection(
          file, Kind.TENSORS, Files.size(file), null, parts(contents, null), metadata);
    }
    String graph = metadata.remove(GRAPH);
    ModelNetwork.Stored stored = ModelNetwork.read(file);
    List<FilePart> parts = graph == null ? compactParts(file, stored) : parts(contents, graph);
    if (graph == null) {
      metadata.putAll(stored.metadata());
    }
    return new Inspection(
        file, Kind.MODEL, Files.size(file), NetworkFacts.of(stored.model()), parts, metadata);
  }

  /** The graph of a compact file is no text of its header, but within its tensor. */
  private static List<FilePart> compactParts(Path file, ModelNetwork.Stored stored)
      throws IOException {
    List<FilePart> parts = new ArrayList<>();
    for (CompactContents.Part part : CompactContents.read(file).parts()) {
      FilePart.Kind kind =
          switch (part.kind()) {
            case HEADER -> FilePart.Kind.HEADER;
            case GRAPH -> FilePart.Kind.GRAPH;
            case PLACES -> FilePart.Kind.INDICES;
            case NUMBERS -> FilePart.Kind.VALUES;
          };
      boolean numbers = kind == FilePart.Kind.INDICES || kind == FilePart.Kind.VALUES;
      String form = numbers ? form(stored.model(), part.name()) : "";
      parts.add(new FilePart(part.name(), kind, form, part.bytes()));
    }
    return parts;
  }

  private static String form(Model model, String parameter) {
    return "coded " + model.graph().parameter(parameter).shape().dims();
  }

  private static List<FilePart> parts(SafetensorsContents contents, @Nullable String graph) {
    List<FilePart> parts = new ArrayList<>();
    long ofGraph = graph == null ? 0 : inJson(graph);
    parts.add(new FilePart("header", FilePart.Kind.HEADER, "", contents.headerBytes() - ofGraph));
    if (graph != null) {
      parts.add(new FilePart(GRAPH, FilePart.Kind.GRAPH, "", ofGraph));
    }
    List<String> names = contents.tensors().stream().map(t -> t.name()).toList();
    for (SafetensorsContents.Tensor tensor : contents.tensors()) {
      parts.add(
          new FilePart(
              tensor.name(),
              graph == null ? FilePart.Kind.DENSE : kind(tensor.name(), names),
              tensor.dtype() + tensor.shape().toString(),
              tensor.bytes()));
    }
    return parts;
  }

  /** A tensor is a part of compressed rows where the other two are there. */
  private static FilePart.Kind kind(String name, List<String> all) {
    Map<String, FilePart.Kind> kinds =
        Map.of(
            ".values", FilePart.Kind.VALUES,
            ".columns", FilePart.Kind.INDICES,
            ".row_offsets", FilePart.Kind.INDICES);
    String stem = name.substring(0, Math.max(0, name.lastIndexOf('.')));
    boolean rows = kinds.keySet().stream().allMatch(part -> all.contains(stem + part));
    return rows
        ? kinds.getOrDefault(name.substring(stem.length()), FilePart.Kind.DENSE)
        : FilePart.Kind.DENSE;
  }

  /** Bytes of a text within JSON, quotes around it included. */
  private static long inJson(String text) {
    long escapes = text.chars().filter(c -> c == '"' || c == '\\').count();
    return text.getBytes(StandardCharsets.UTF_8).length + escapes + 2;
  }

  /** Bytes of the parts of a kind. */
  public long bytes(FilePart.Kind of) {
    return parts.stream().filter(part -> part.kind() == of).mapToLong(FilePart::bytes).sum();
  }
}
