package dev.ockham.core.run;

import dev.ockham.core.loss.Distance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run learns of a teacher, as its record keeps it. The teacher itself is beside it, in
 * {@link RunFolder#teacher}.
 *
 * @param sha256 of the teacher's file, 64 lower-case hexadecimal digits
 * @param from where it came from, for people
 * @param labels whether the data have labels that the network's output can be compared with
 * @param outputs what to do with each output, in the graph's order
 */
public record Lesson(String sha256, String from, boolean labels, List<Target> outputs) {

  /**
   * An output of the network.
   *
   * @param output its name
   * @param distance how far it is from the teacher's
   */
  public record Target(String output, Distance distance) {}

  /** Copies the list. */
  public Lesson {
    outputs = List.copyOf(outputs);
  }

  /** The distances alone, in the order of the outputs. */
  public List<Distance> distances() {
    return outputs.stream().map(Target::distance).toList();
  }

  /** The names of the outputs. */
  public List<String> names() {
    return outputs.stream().map(Target::output).toList();
  }

  /** SHA-256 over the bytes of a file, 64 lower-case hexadecimal digits. */
  public static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The group {@code lesson} of {@code run.json}. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("teacher_sha256", sha256);
    map.put("from", from);
    map.put("labels", Boolean.toString(labels));
    List<Map<String, Object>> each = new ArrayList<>();
    for (Target target : outputs) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("output", target.output());
      switch (target.distance()) {
        case Distance.Squared(double deviation) -> {
          entry.put("distance", "squared");
          entry.put("deviation", deviation);
        }
        case Distance.Divergence(double temperature) -> {
          entry.put("distance", "kl");
          entry.put("temperature", temperature);
        }
      }
      each.add(entry);
    }
    map.put("outputs", each);
    return map;
  }

  static Lesson of(Fields fields) throws RunException {
    List<Target> targets = new ArrayList<>();
    for (Fields each : fields.groups("outputs")) {
      Distance distance;
      try {
        distance =
            switch (each.text("distance")) {
              case "squared" -> new Distance.Squared(each.number("deviation"));
              case "kl" -> new Distance.Divergence(each.number("temperature"));
              default -> throw each.missing("distance", "squared or kl");
            };
      } catch (IllegalArgumentException e) {
        throw new RunException("%s: lesson: %s".formatted(fields.file(), e.getMessage()));
      }
      targets.add(new Target(each.text("output"), distance));
    }
    return new Lesson(
        fields.text("teacher_sha256"),
        fields.text("from"),
        Boolean.parseBoolean(fields.text("labels")),
        targets);
  }
}
