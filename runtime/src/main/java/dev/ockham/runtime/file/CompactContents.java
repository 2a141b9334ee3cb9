package dev.ockham.runtime.file;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.pack.MalformedPackException;
import dev.ockham.runtime.pack.Pack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the bytes of a compact model file go. Its parts share bytes, since they are one arithmetic
 * code; each has what it takes, rounded so that all of them add up to the file.
 *
 * @param parts in the order of the file
 */
public record CompactContents(List<Part> parts) {

  private static final List<String> TEXTS =
      List.of("architecture", ModelFile.GRAPH, "data rules", "provenance");

  /** Copies the list. */
  public CompactContents {
    parts = List.copyOf(parts);
  }

  /** What a part holds. */
  public enum Kind {
    /** The safetensors header, the checksum, and texts beside the graph. */
    HEADER,
    /** The graph. */
    GRAPH,
    /** Where a parameter has numbers; of a dense one, which of them are 0. */
    PLACES,
    /** The numbers themselves. */
    NUMBERS
  }

  /**
   * One part.
   *
   * @param name of the text or the parameter
   * @param kind what it holds
   * @param bytes that it takes, rounded; ≥ 0
   */
  public record Part(String name, Kind kind, long bytes) {}

  /**
   * Measures a file of version 3.
   *
   * @throws MalformedFileException if it is none, or damaged
   * @throws IOException if it cannot be read
   */
  public static CompactContents read(Path path) throws IOException {
    Graph graph = ModelFile.load(path).model().graph();
    byte[] all = Files.readAllBytes(path);
    SafetensorsContents contents = SafetensorsContents.read(path);
    if (!CompactFile.VERSION.equals(contents.metadata().get("version"))) {
      throw new MalformedFileException(path, "version", "is none of a compact file");
    }
    int from = Math.toIntExact(contents.headerBytes());
    byte[] pack = Arrays.copyOfRange(all, from, all.length);
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("header", Kind.HEADER, from));
    parts.add(new Part("checksum", Kind.HEADER, CompactFile.CHECK_BYTES));
    try {
      addCoded(pack, graph, parts);
    } catch (MalformedPackException e) {
      throw new MalformedFileException(path, CompactFile.TENSOR, String.valueOf(e.getMessage()));
    }
    return new CompactContents(parts);
  }

  private static void addCoded(byte[] pack, Graph graph, List<Part> parts)
      throws MalformedPackException {
    Pack.Reader reader = new Pack.Reader(pack, CompactFile.CHECK_BYTES);
    reader.measure();
    long end = 0;
    for (String name : TEXTS) {
      long before = end;
      reader.texts(1, SafetensorsHeader.MAX_LENGTH);
      end = bytes(reader.taken());
      Kind kind = name.equals(ModelFile.GRAPH) ? Kind.GRAPH : Kind.HEADER;
      parts.add(new Part(name, kind, end - before));
    }
    double numbersBefore = 0;
    for (Parameter parameter : graph.parameters()) {
      long before = end;
      reader.matrix(parameter.rows(), parameter.columns(), Long.MAX_VALUE);
      end = bytes(reader.taken());
      double numbers = reader.takenByNumbers();
      long ofNumbers = Math.min(end - before, bytes(numbers - numbersBefore));
      numbersBefore = numbers;
      parts.add(new Part(parameter.name(), Kind.PLACES, end - before - ofNumbers));
      parts.add(new Part(parameter.name(), Kind.NUMBERS, ofNumbers));
    }
    // The last byte of the code may be a part of one, or left out.
    Part last = parts.removeLast();
    long rest = pack.length - (long) CompactFile.CHECK_BYTES - end;
    parts.add(new Part(last.name(), last.kind(), Math.max(0, last.bytes() + rest)));
  }

  private static long bytes(double bits) {
    return Math.round(bits / Byte.SIZE);
  }
}
