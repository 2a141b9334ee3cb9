package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabFolder;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every experiment, and what is done with what it found. */
final class LabOutput {

  private static final int WIDTH = 96;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write a page, pictures (PNG, SVG, GIF) and numbers (JSON) into this folder.")
  private @Nullable Path out;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of all random numbers. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--quick",
      description =
          "Train smaller networks for fewer epochs: seconds, and numbers that say little.")
  private boolean quick;

  /** Whether files are wanted. */
  boolean writes() {
    return out != null;
  }

  /** Runs an experiment, writes it where that is wanted, prints it. */
  void runAndPrint(Experiment experiment, CommonOptions common) throws IOException {
    if (out != null && Files.exists(out) && !Files.isDirectory(out)) {
      throw new NotDirectoryException(out.toString());
    }
    Setting setting =
        new Setting(
            seed,
            quick,
            line -> {
              common.err().println(experiment.name() + ": " + line);
              common.err().flush();
            });
    LabPage page = experiment.run(setting);
    Map<String, Object> printed = new LinkedHashMap<>(page.result());
    if (out != null) {
      var files = LabFolder.write(page, common.toJson(page.result()) + "\n", out);
      printed.put("files", files.values().stream().map(Path::toString).toList());
    }
    common.print(printed, () -> say(page, out, common.out()));
  }

  /**
   * Prints sentences and tables.
   *
   * @param out folder of the page; null where none was written
   */
  static void say(LabPage page, @Nullable Path out, PrintWriter to) {
    to.println(page.title());
    for (Finding finding : page.findings()) {
      to.println();
      to.println(finding.heading());
      finding.sentences().forEach(sentence -> wrapped(sentence, to));
      finding.tables().forEach(table -> aligned(table, to));
    }
    if (out != null) {
      to.println();
      to.println("page: " + out.resolve("index.html"));
    }
  }

  private static void wrapped(String sentence, PrintWriter to) {
    StringBuilder line = new StringBuilder(" ");
    for (String word : sentence.split(" ", -1)) {
      if (line.length() + 1 + word.length() > WIDTH) {
        to.println(line);
        line = new StringBuilder(" ");
      }
      line.append(' ').append(word);
    }
    to.println(line);
  }

  private static void aligned(Table table, PrintWriter to) {
    List<List<String>> lines = new ArrayList<>(List.of(table.columns()));
    lines.addAll(table.rows());
    wrapped(table.caption() + ":", to);
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder("   ");
      for (int i = 0; i < line.size(); i++) {
        int column = i;
        int width = lines.stream().mapToInt(l -> l.get(column).length()).max().orElse(0);
        text.append(' ').append(line.get(i)).append(" ".repeat(width - line.get(i).length() + 1));
      }
      to.println(text.toString().stripTrailing());
    }
  }
}
