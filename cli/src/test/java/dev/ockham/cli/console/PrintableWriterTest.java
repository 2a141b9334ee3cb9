package dev.ockham.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  /** A name of a file or a class cannot forge a line of a table. */
  @Test
  void aNameStaysInItsLine() {
    assertThat(Terminal.word("a\n    7  cat\t\r\u001b[1m"))
        .isEqualTo("a\\u000a    7  cat\\u0009\\u000d\\u001b[1m");
    assertThat(Terminal.word("Zürich 7")).isEqualTo("Zürich 7");
  }

  @Test
  void linksThatLeadNowhereAreSaid(@TempDir Path folder) throws IOException {
    Path nothing = Files.createSymbolicLink(folder.resolve("a"), Path.of("nothing"));
    assertThat(Mistakes.line(new NoSuchFileException(nothing.toString())))
        .isEqualTo(nothing + ": is a link to nothing");
    assertThat(Mistakes.line(new NoSuchFileException("gone")))
        .isEqualTo("gone: there is no such file or folder");
    assertThat(Mistakes.line(new FileSystemLoopException("a/loop")))
        .isEqualTo("a/loop: is a link to a folder above it");
  }

  @Test
  void commandsToPasteAreQuoted() {
    assertThat(ShellWord.of(Path.of("runs/first-1.2"))).isEqualTo("runs/first-1.2");
    assertThat(ShellWord.of("my run's")).isEqualTo("'my run'\\''s'");
    assertThat(ShellWord.of("%d ü")).isEqualTo("'%d ü'");
    assertThat(ShellWord.of("")).isEqualTo("''");
  }
}
