package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One model file predicts raw rows with equal bytes in another JVM, whose locale, character set,
 * time zone and folder are others.
 */
class PredictElsewhereTest {

  /** Letters that change with locales, numbers, missing and new values, a quoted cell. */
  private static final String ROWS =
      "şehir,ISIL,alter,wer\nIĞDIR,yes,41.5,\"a,ı\"\nizmir,no,,ß\nKöln,yes,1e1,c\n,,70,d\n";

  @TempDir static Path folder;

  @BeforeAll
  static void train() throws IOException {
    StringBuilder text = new StringBuilder("ISIL,alter,şehir,evet\n");
    for (int i = 0; i < 300; i++) {
      String town = List.of("IĞDIR", "izmir", "Iğdır").get(i * 13 % 3);
      text.append(i % 4 == 0 ? "yes" : "no").append(',');
      text.append(i % 50 == 3 ? "" : 18.25 + i * 37 % 60).append(',').append(town);
      text.append(i * 13 % 3 == 0 ? ",İyi\n" : ",ılık\n");
    }
    Files.writeString(folder.resolve("t.csv"), text);
    Files.writeString(folder.resolve("rows.csv"), ROWS);
    CommandLineRun run =
        CommandLineRun.of(
            "train",
            "--data",
            folder.resolve("t.csv"),
            "--label",
            "evet",
            "--out",
            folder.resolve("run"),
            "--method",
            "none",
            "--epochs",
            3,
            "--batch",
            50);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  private static CommandLineRun here(Object... more) {
    List<Object> command = new ArrayList<>(List.of("predict", model(), "--input"));
    command.add(folder.resolve("rows.csv"));
    command.addAll(List.of(more));
    CommandLineRun run = CommandLineRun.of(command.toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private static Path model() {
    return folder.resolve("run/model.safetensors");
  }

  /** Standard output of a JVM of its own, in a folder with nothing but the model. */
  private static byte[] elsewhere(String locale, String charset, String zone, String... more)
      throws IOException, InterruptedException {
    Path other = Files.createDirectories(folder.resolve("other-" + locale));
    Path moved = other.resolve("moved.safetensors");
    if (Files.notExists(moved)) {
      Files.copy(model(), moved);
    }
    List<String> command = new ArrayList<>(ManyCommands.java());
    String language = locale.substring(0, 2);
    command.addAll(
        1,
        List.of(
            "-Duser.language=" + language,
            "-Duser.country=" + locale.substring(3),
            "-Dfile.encoding=" + charset,
            "-Duser.timezone=" + zone));
    command.addAll(List.of("dev.ockham.cli.Ockham", "predict", "moved.safetensors", "--input"));
    command.add(folder.resolve("rows.csv").toString());
    command.addAll(List.of(more));
    Path said = other.resolve("said");
    Process process =
        new ProcessBuilder(command).directory(other.toFile()).redirectError(said.toFile()).start();
    byte[] out = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).as(Files.readString(said, StandardCharsets.ISO_8859_1)).isZero();
    return out;
  }

  private static void requireSame(String locale, String charset, String zone) throws Exception {
    String table = here("--keep", "wer").out();
    assertThat(table.lines()).hasSize(5);
    assertThat(table).contains("\"a,ı\"", "İyi", "ılık");
    assertThat(elsewhere(locale, charset, zone, "--keep", "wer"))
        .isEqualTo(table.getBytes(StandardCharsets.UTF_8));
    String lines = here("--json").out();
    assertThat(elsewhere(locale, charset, zone, "--json", "--out", "p.jsonl")).isEmpty();
    assertThat(folder.resolve("other-" + locale + "/p.jsonl"))
        .hasBinaryContent(lines.getBytes(StandardCharsets.UTF_8));
  }

  /** Turkish has other capitals of i. */
  @Test
  void inTurkishAndLatin5() throws Exception {
    requireSame("tr-TR", "ISO-8859-9", "Asia/Tokyo");
  }

  @Tag("long")
  @ParameterizedTest
  @CsvSource({"fa-IR, windows-1256, Asia/Tehran", "de-DE, UTF-16, America/St_Johns"})
  void furtherAway(String locale, String charset, String zone) throws Exception {
    requireSame(locale, charset, zone);
  }
}
