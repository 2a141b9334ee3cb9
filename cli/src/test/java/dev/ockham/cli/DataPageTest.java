package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.cli.console.Interrupt;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of docs/data.md and docs/pictures.md run as printed, but for places, with one epoch. */
class DataPageTest {

  private static final Pattern WORD = Pattern.compile("'([^']*)'|[^ ']+");

  @TempDir static Path folder;

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  /** The commands of a section of docs/data.md, in their order, a line each. */
  private static List<String> commands(String section, String until) throws IOException {
    String page = Files.readString(SourceTree.root().resolve("docs/data.md"));
    return commands(page.substring(page.indexOf(section), page.indexOf(until)));
  }

  private static List<String> commands(String text) {
    List<String> commands = new ArrayList<>();
    Matcher block = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL).matcher(text);
    while (block.find()) {
      for (String line : block.group(1).replaceAll("\\\\\n *", "").lines().toList()) {
        if (line.startsWith("./ockham ")) {
          commands.add(line.substring("./ockham ".length()).replaceFirst(" +#.*", ""));
        }
      }
    }
    return commands;
  }

  /** Runs a command, whose words may be quoted. */
  private static CommandLineRun run(String command) {
    List<Object> words = new ArrayList<>();
    Matcher word = Pattern.compile("(?:" + WORD + ")+").matcher(command);
    while (word.find()) {
      words.add(word.group().replace("'", ""));
    }
    CommandLineRun run = CommandLineRun.of(words.toArray());
    assertThat(run.exitCode()).as("%s%n%s", command, run.err()).isZero();
    return run;
  }

  private static String here(String command, String... places) {
    String moved = command.replaceAll("-epochs [0-9]+", "-epochs 1");
    if (moved.startsWith("train ") && !moved.contains("--epochs")) {
      moved += " --epochs 1";
    }
    moved = moved.replaceAll("(^| )runs/", "$1" + folder.resolve("runs") + "/");
    for (String place : places) {
      moved =
          moved.replaceAll(
              "(?<= )" + Pattern.quote(place) + "(?= |$)",
              Matcher.quoteReplacement(
                  folder.resolve(Path.of(place).getFileName().toString()).toString()));
    }
    return moved;
  }

  /** As published: no header, a blank behind commas, ? for missing, a full stop behind labels. */
  @Test
  void theCensus() throws IOException {
    Path adult = Files.createDirectories(folder.resolve("adult"));
    gzip(adult.resolve("adult-train.csv.gz"), census(300, ""));
    gzip(adult.resolve("adult-test.csv.gz"), census(60, "."));
    List<String> printed =
        commands("## Tables", "### Files").stream()
            .filter(command -> command.contains("adult"))
            .toList();
    assertThat(printed).hasSize(1);
    assertThat(run(here(printed.getFirst(), "../shared/data/adult")).err())
        .doesNotContain("skipped");
    assertThat(folder.resolve("runs/adult/model.safetensors")).exists();
  }

  private static String census(int rows, String behind) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      text.append(20 + i * 7 % 50).append(i % 9 == 4 ? ", ?, " : ", Private, ");
      text.append(10_000 + i * 997).append(i % 2 == 0 ? ", HS-grad, 9" : ", Bachelors, 13");
      text.append(", Never-married, Sales, Husband, White, ")
          .append(i % 3 == 0 ? "Male" : "Female");
      text.append(", ").append(i % 11 == 0 ? 5000 : 0).append(", 0, ").append(30 + i % 20);
      text.append(", United-States, ").append(i % 2 == 0 ? "<=50K" : ">50K").append(behind);
      text.append('\n');
    }
    return text.toString();
  }

  private static void gzip(Path file, String text) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The archive is written as {@code numpy.savez} does, since not all machines have NumPy. */
  @Test
  void arrays() throws IOException {
    Files.createDirectories(folder.resolve("runs"));
    ByteBuffer x = ByteBuffer.allocate(300 * 4 * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer y = ByteBuffer.allocate(300 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 300; i++) {
      double sum = 0;
      for (int k = 0; k < 4; k++) {
        double value = (i * 37 + k * 59) % 101 / 100.0;
        x.putDouble(value);
        sum += value;
      }
      y.putLong(sum > 2 ? 1 : 0);
    }
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("runs/sums.npz")))) {
      put(zip, "x.npy", "<f8", "300, 4", x.array());
      put(zip, "y.npy", "<i8", "300,", y.array());
    }
    List<String> printed = commands("## Arrays", "## Sequences");
    assertThat(printed).isNotEmpty();
    for (String command : printed) {
      run(here(command));
    }
    assertThat(folder.resolve("runs/sums/model.safetensors")).exists();
  }

  private static void put(
      ZipOutputStream zip, String name, String type, String shape, byte[] numbers)
      throws IOException {
    String head = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(type, shape);
    String padded = head + " ".repeat(127 - 10 - head.length()) + "\n";
    zip.putNextEntry(new ZipEntry(name));
    zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) padded.length(), 0});
    zip.write(padded.getBytes(StandardCharsets.US_ASCII));
    zip.write(numbers);
    zip.closeEntry();
  }

  @Tag("long")
  @Test
  void pictures() throws IOException {
    for (String name : List.of("cat", "dog")) {
      for (int i = 0; i < 10; i++) {
        picture("photos/train/" + name + "/" + i + ".png", i, name.equals("dog"));
        picture("photos/test/" + name + "/" + i + ".png", i + 20, name.equals("dog"));
        picture("holiday/" + name + i + ".png", i, name.equals("dog"));
      }
    }
    try (ZipOutputStream zip =
            new ZipOutputStream(Files.newOutputStream(folder.resolve("more-photos.zip")));
        Stream<Path> files = Files.walk(folder.resolve("photos/test"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(folder.resolve("photos/test").relativize(file).toString()));
        zip.write(Files.readAllBytes(file));
        zip.closeEntry();
      }
    }
    List<String> printed =
        commands(Files.readString(SourceTree.root().resolve("docs/pictures.md")));
    assertThat(printed).hasSizeGreaterThan(6);
    for (String command : printed) {
      if (command.contains("MODEL.safetensors")) {
        continue; // A model that others trained; ours has its scaling.
      }
      // Each of them begins a run of its own, and there is no other set or model.
      String moved = command.replace("--data cifar-10 ", "--data photos ");
      if (moved.startsWith("train ")) {
        delete(folder.resolve("runs"));
      }
      moved = here(moved, "photos", "more-photos.zip", "holiday/");
      CommandLineRun done = run(moved);
      if (moved.startsWith("predict ")) {
        assertThat(done.out()).contains("cat0.png", "dog9.png");
      }
    }
  }

  private static void delete(Path place) throws IOException {
    if (Files.exists(place)) {
      try (Stream<Path> files = Files.walk(place)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void picture(String name, int number, boolean dark) throws IOException {
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 32 * 32; i++) {
      int grey = (dark ? 20 : 150) + (i * 7 + number * 13) % 90;
      image.setRGB(i % 32, i / 32, grey << 16 | (grey / 2) << 8 | grey);
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
  }
}
