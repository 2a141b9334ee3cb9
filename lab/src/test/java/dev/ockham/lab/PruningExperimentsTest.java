package dev.ockham.lab;

import static dev.ockham.lab.QuickPages.group;
import static dev.ockham.lab.QuickPages.groups;
import static dev.ockham.lab.QuickPages.number;
import static dev.ockham.lab.QuickPages.page;
import static dev.ockham.lab.QuickPages.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.kl.KlTerm;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.LabPage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Experiments that train and prune networks. */
class PruningExperimentsTest {

  @Tag("long")
  @Test
  void formsThatEndAtAlphaOneRemoveNothingAndTheOthersDo() {
    List<Map<String, Object>> forms = groups(group(page("kl").result(), "training"), "forms");
    assertThat(forms).hasSize(KlTerm.values().length);
    for (Map<String, Object> form : forms) {
      KlTerm term = KlTerm.named(String.valueOf(form.get("name")));
      double sparsity = number(group(form, "sparsity"), "mean");
      if (term.maxLogAlpha() < 3) {
        assertThat(sparsity).as(term.cliName()).isZero();
      } else {
        assertThat(sparsity).as(term.cliName()).isGreaterThan(0.5);
      }
      assertThat(number(group(form, "error_percent"), "mean")).isBetween(5.0, 80.0);
    }
  }

  @Test
  void withoutThePriorFewerWeightsGo() {
    double with = sparsity(group(page("prior").result(), "with_prior"));
    double without = sparsity(group(page("prior").result(), "without_prior"));
    assertThat(without).isLessThan(0.1);
    assertThat(with).isGreaterThan(0.8);
  }

  @Tag("long")
  @Test
  void remediesLeaveMoreOfANetworkThatAStrongKlEmpties() {
    Map<String, Map<String, Object>> rows = new HashMap<>();
    rows("collapse", "rows").forEach(row -> rows.put(String.valueOf(row.get("name")), row));
    Map<String, Object> nothing = Objects.requireNonNull(rows.get("nothing"));
    for (String remedy : List.of("warm-up", "both", "β = 1", "β = 0.3", "all")) {
      Map<String, Object> row = Objects.requireNonNull(rows.get(remedy));
      assertThat(number(group(row, "error_percent"), "mean"))
          .as(remedy)
          .isLessThan(number(group(nothing, "error_percent"), "mean"));
      assertThat(sparsity(row)).as(remedy).isLessThan(sparsity(nothing));
    }
  }

  @Test
  void theAnimationHasAFrameForEveryEpochAndRepeats() throws IOException {
    LabPage page = page("sparsify");
    List<Map<String, Object>> epochs = rows("sparsify", "epochs");
    Figure animation = page.figures().getFirst();
    byte[] gif = Objects.requireNonNull(animation.drawing().files().get("gif"));
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(gif))) {
      reader.setInput(input);
      assertThat(reader.getNumImages(true)).isEqualTo(epochs.size()).isGreaterThan(3);
      for (int i = 0; i < epochs.size(); i++) {
        IIOMetadataNode root =
            (IIOMetadataNode) reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0");
        IIOMetadataNode control =
            (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
        assertThat(Integer.parseInt(control.getAttribute("delayTime"))).isBetween(20, 400);
        assertThat(reader.read(i).getWidth()).isEqualTo(reader.read(0).getWidth());
      }
      BufferedImage last = reader.read(epochs.size() - 1);
      BufferedImage still =
          ImageIO.read(
              new ByteArrayInputStream(
                  Objects.requireNonNull(animation.drawing().files().get("png"))));
      for (int y = 0; y < still.getHeight(); y += 3) {
        for (int x = 0; x < still.getWidth(); x += 3) {
          assertThat(last.getRGB(x, y)).isEqualTo(still.getRGB(x, y));
        }
      }
    } finally {
      reader.dispose();
    }
    assertThat(new String(gif, StandardCharsets.ISO_8859_1)).contains("NETSCAPE2.0");
    assertThat(number(epochs.getLast(), "sparsity"))
        .isGreaterThan(number(epochs.getFirst(), "sparsity") + 0.1);
  }

  private static double sparsity(Map<String, Object> repeats) {
    return number(group(repeats, "sparsity"), "mean");
  }

  @Test
  void bytesFallOnlyWhereCompressedRowsPayAndUnitsGoTogether() {
    List<Map<String, Object>> rows = rows("storage", "rows");
    Map<String, Map<String, Object>> found = new HashMap<>();
    for (Map<String, Object> row : rows) {
      found.put(
          row.get("scores") + String.format(Locale.ROOT, " %.2f", number(row, "asked_sparsity")),
          row);
    }
    Map<String, Object> dense = Objects.requireNonNull(found.get("scattered 0.00"));
    assertThat(number(dense, "nonzero_weights")).isEqualTo(266_200);
    assertThat(number(dense, "units")).isEqualTo(410);
    Map<String, Object> third = Objects.requireNonNull(found.get("scattered 0.30"));
    assertThat(number(third, "file_bytes")).isGreaterThan(0.99 * number(dense, "file_bytes"));
    Map<String, Object> most = Objects.requireNonNull(found.get("scattered 0.90"));
    assertThat(number(most, "file_bytes") / number(most, "nonzero_weights")).isBetween(5.9, 6.3);
    Map<String, Object> byUnit = Objects.requireNonNull(found.get("by unit 0.90"));
    assertThat(number(byUnit, "units")).isLessThan(0.8 * number(most, "units"));
    assertThat(number(byUnit, "file_bytes")).isLessThan(number(most, "file_bytes"));
  }
}
