package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every file has the same bytes in locales with digits or letters of their own. */
@Isolated
class LocaleTest {

  private static final String NETWORK =
      "net:1x28x28-conv3x5-bn-relu-pool2-flatten-dense12-relu-dense10";

  private static final String SECONDS = "\"seconds\" ?: ?[0-9.E-]+";

  @TempDir static Path temp;

  private static SortedMap<String, String> expected = new TreeMap<>();

  private final Locale before = Locale.getDefault();

  @BeforeAll
  static void filesOfNoLocale() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.ROOT);
    try {
      TinyRuns.data(temp.resolve("data"));
      expected = write();
    } finally {
      Locale.setDefault(before);
    }
  }

  @AfterAll
  static void nothingIsLeftToSave() {
    Interrupt.finished();
  }

  @BeforeEach
  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  /** Persian has digits and a decimal point of its own. */
  @Test
  void everyFileIsTheSameInPersian() throws IOException {
    sameAsInNoLocale("fa");
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "bn", "tr"})
  void everyFileIsTheSameElsewhere(String tag) throws IOException {
    sameAsInNoLocale(tag);
  }

  private static void sameAsInNoLocale(String tag) throws IOException {
    Locale locale = Locale.forLanguageTag(tag);
    Locale.setDefault(locale);
    assertThat("%,.1f %d %S".formatted(1234.5, 1, "i"))
        .as("this locale differs, so the comparison says something")
        .isNotEqualTo(String.format(Locale.ROOT, "%,.1f %d %S", 1234.5, 1, "i"));
    SortedMap<String, String> written = write();
    assertThat(written).hasSizeGreaterThan(10).hasSameSizeAs(expected);
    // Names alone: a picture in a message says nothing.
    assertThat(written.keySet())
        .filteredOn(name -> !Objects.equals(written.get(name), expected.get(name)))
        .as("files that differ")
        .isEmpty();
  }

  /** What some commands write and say, but for seconds, by name; always in the same folder. */
  private static SortedMap<String, String> write() throws IOException {
    Path work = temp.resolve("work");
    delete(work);
    Path run = work.resolve("run");
    SortedMap<String, String> said = new TreeMap<>();
    String data = temp.resolve("data").toString();
    Path images = temp.resolve("data/t10k-images-idx3-ubyte");
    said.put(
        "print-spec",
        done("train", "--data", data, "--arch", NETWORK, "--method", "sparse-vd", "--print-spec"));
    Path recipe = Files.createDirectories(work).resolve("recipe.yaml");
    Files.writeString(recipe, said.get("print-spec"));
    var _ =
        done(
            "train",
            "--recipe",
            recipe,
            "--epochs",
            2,
            "--batch",
            20,
            "--threads",
            1,
            "--lr",
            "0.01",
            "--on-collapse",
            "continue",
            "--json",
            "--out",
            run);
    for (Path file : List.of(run.resolve("run.json"), run.resolve("metrics.jsonl"))) {
      // Checksums are of the times, too.
      String text =
          Files.readString(file)
              .replaceAll(",\n  \"checksum\" : \"[0-9a-f]{64}\"", "")
              .replaceAll(",\"crc32c\":\"[0-9a-f]{8}\"", "");
      Files.writeString(file, text.replaceAll(SECONDS, "\"seconds\":1.5"));
    }
    said.put("report", done("report", run));
    Path model = work.resolve("pruned.safetensors");
    said.put("prune", done("prune", run, "--sparsity", "0.5", "--out", model));
    said.put("evaluate", done("evaluate", model, "--data", data, "--split", "test", "--json"));
    said.put("predict", done("predict", model, "--input", images, "--json"));
    for (String experiment : List.of("noise", "storage")) {
      var _ = done("lab", experiment, "--quick", "--out", work.resolve("lab-" + experiment));
    }
    try (Stream<Path> files = Files.walk(work)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = work.relativize(file).toString();
        if (name.contains("tfevents")) {
          // Holds and is named by the time of day.
          assertThat(file.getFileName().toString())
              .matches("events\\.out\\.tfevents\\.[0-9]{10}\\.ockham\\.[0-9]+");
        } else {
          said.put(name, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        }
      }
    }
    said.replaceAll((name, text) -> text.replaceAll(SECONDS, "\"seconds\":1.5"));
    return said;
  }

  private static String done(Object... arguments) {
    CommandLineRun done = CommandLineRun.of(arguments);
    assertThat(done.exitCode()).as(done.err()).isZero();
    return done.out();
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
