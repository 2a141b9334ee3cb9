package dev.ockham.core.arch;

import static dev.ockham.runtime.graph.Geometry.pad;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Recurrent.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What docs/networks.md says of networks holds. */
class NetworksPageTest {

  private static String page = "";

  @BeforeAll
  static void read() throws IOException {
    page = Files.readString(Path.of("..", "docs", "networks.md"));
  }

  @Test
  void everyNameIsListedWithItsNumbers() {
    List<String> listed = new ArrayList<>();
    Matcher row =
        Pattern.compile("(?m)^\\| `([^`]+)` \\| .* \\| ([\\d,]+) \\| ([\\d,]+) \\|$").matcher(page);
    while (row.find()) {
      Architecture architecture = Architectures.parse(row.group(1));
      listed.add(architecture.name());
      assertThat(row.group(2)).isEqualTo(grouped(architecture.parameters()));
      assertThat(row.group(3)).isEqualTo(grouped(architecture.graph().multiplyAdds()));
    }
    for (Architectures.Entry entry : Architectures.catalog()) {
      assertThat(listed).contains(entry.architecture().name());
      for (Argument argument : entry.arguments()) {
        assertThat(page).contains("`" + argument.text(argument.usual()) + "`");
      }
    }
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  @Test
  void everyTextIsANetwork() {
    Matcher text = Pattern.compile("(?m)^net:\\S+$").matcher(page);
    int found = 0;
    while (text.find()) {
      assertThat(Architectures.parse(text.group()).name()).isEqualTo(text.group());
      found++;
    }
    assertThat(found).isEqualTo(6);
  }

  @Test
  void theProgramsCompileAndRun() {
    var g = new GraphBuilder();
    var x = g.input("image", 1, 28, 28);
    x = g.relu(g.batchNorm(g.conv2d(x, 16, 3, pad(1))));
    var y = g.relu(g.conv2d(x, 16, 3, pad(1)));
    x = g.maxPool(g.add(x, y), 2);
    x = g.dense(g.globalAverage(x), 10);
    Architecture network = Architecture.of("mine", g.build(x));
    assertThat(network.classes()).isEqualTo(10);
    assertThat(network.weights()).isEqualTo(16 * 9 + 16 * 16 * 9 + 160);
  }

  @Test
  void theProgramWithLengthsIsTheListedNetwork() {
    var g = new GraphBuilder();
    var tokens = g.input("tokens", 50);
    var length = g.input("length");
    var x = g.embed(tokens, 1000, 32);
    x = g.node("lstm", new Recurrent(Cell.LSTM, 64, false, true), x, length);
    Graph graph = g.build(g.dense(x, 2));
    assertThat(graph).isEqualTo(Architectures.parse("lstm-classifier").graph());
  }
}
