package dev.ockham.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The figures of results/reliability, and the tables of docs/reliability.md made of them. */
final class FiguresTable {

  private static final Path FOLDER = Targets.ROOT.resolve("results/reliability");
  private static final Path RESULTS = FOLDER.resolve("readers.json");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private FiguresTable() {}

  /** The figures as they are committed, in the order of {@link Targets#all}. */
  static List<Figures> committed() throws IOException {
    if (!Files.exists(RESULTS)) {
      return List.of();
    }
    return read("readers.json", new TypeReference<List<Figures>>() {});
  }

  /** Puts the figures of a reader in the place of its older ones. */
  static synchronized void keep(Figures figures) throws IOException {
    List<Figures> older = committed();
    List<String> lines = new ArrayList<>();
    for (Targets.Target target : Targets.all()) {
      if (target.name().equals(figures.reader())) {
        lines.add(JSON.writeValueAsString(figures));
      } else {
        for (Figures each : older) {
          if (each.reader().equals(target.name())) {
            lines.add(JSON.writeValueAsString(each));
          }
        }
      }
    }
    Files.createDirectories(RESULTS.getParent());
    Files.writeString(RESULTS, "[\n" + String.join(",\n", lines) + "\n]\n");
  }

  /** A line for each reader. */
  static String table(List<Figures> figures) {
    StringBuilder table =
        new StringBuilder(
            """
            | reader | inputs | edges of our code | minutes | the last without a new edge |
            |---|---|---|---|---|
            """);
    for (Figures each : figures) {
      String name = words(each.reader());
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %,d | %,d | %d | %d |\n",
              name,
              each.inputs(),
              each.edges(),
              each.seconds() / 60,
              each.secondsWithoutNews() / 60));
    }
    return table.toString();
  }

  /**
   * Flips and cuts of a file.
   *
   * @param noticed how many, which is all that were tried
   */
  private record Flips(String file, long bytes, long noticed) {}

  /**
   * Faults of a kind at operations of one run on its files.
   *
   * @param met how many were tried, none of which lost anything
   */
  private record Faults(String fault, int operations, int met) {}

  /** A line for each kind of file and of fault. */
  static String damage() throws IOException {
    StringBuilder table =
        new StringBuilder(
            """
            | what | tried |
            |---|---|
            """);
    for (Flips each : read("flips.json", new TypeReference<List<Flips>>() {})) {
      table.append(
          String.format(
              Locale.ROOT,
              "| each bit of %s flipped, each of its %,d lengths | %,d |\n",
              each.file(),
              each.bytes(),
              each.noticed()));
    }
    for (Faults each : read("faults.json", new TypeReference<List<Faults>>() {})) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s at one of %,d operations of a run on files | %,d |\n",
              fault(each.fault()),
              each.operations(),
              each.met()));
    }
    return table.toString();
  }

  private static String fault(String name) {
    return switch (name) {
      case "KILL" -> "a kill";
      case "HALF_WRITTEN" -> "a kill in the middle of a write";
      case "POWER" -> "a power cut";
      case "FULL_DISK" -> "a full disk";
      case "READ_ONLY" -> "a disk that became read-only";
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static <T> T read(String file, TypeReference<T> type) throws IOException {
    return JSON.readValue(Files.readString(FOLDER.resolve(file)), type);
  }

  private static String words(String name) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }
}
