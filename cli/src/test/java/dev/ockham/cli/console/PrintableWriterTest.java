package dev.ockham.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text of a file that somebody else made moves no cursor and paints nothing. */
class PrintableWriterTest {

  @Test
  void whatATerminalObeysIsSpeltOut() {
    assertThat(PrintableWriter.printable("cat\u001b[2J\u009b1m\u202edog\u0000\u007f"))
        .isEqualTo("cat\\u001b[2J\\u009b1m\\u202edog\\u0000\\u007f");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\tb\nc\n", "Zürich, 서울, اهواز", "👍 α ≥ 3"})
  void otherTextStays(String text) {
    assertThat(PrintableWriter.printable(text)).isEqualTo(text);
  }

  @Test
  void everyWayOfWritingIsTheSame() throws IOException {
    StringWriter to = new StringWriter();
    try (PrintWriter out = new PrintWriter(new PrintableWriter(to), true)) {
      out.print('\u001b');
      out.printf("%s|", "\u001b[0m");
      out.write(new char[] {'x', '\u001b', 'y'}, 1, 2);
    }
    assertThat(to.toString()).isEqualTo("\\u001b\\u001b[0m|\\u001by");
  }

  @Test
  void messagesOfFailuresToo() {
    assertThat(Mistakes.line(new IOException("a\u001b[31m\n\nb"))).isEqualTo("a\\u001b[31m; b");
  }
}
