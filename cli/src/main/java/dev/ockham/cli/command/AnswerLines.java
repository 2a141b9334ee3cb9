package dev.ockham.cli.command;

import dev.ockham.cli.console.PredictionPrinter;
import dev.ockham.core.answer.Answers;
import dev.ockham.core.table.PredictionLines;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** How answers become lines. */
sealed interface AnswerLines {

  /** Writes what comes before the first line. */
  void begin(Writer out) throws IOException;

  /**
   * Writes a line.
   *
   * @param index number of the example, from 0
   * @param name what the example is called; empty if it has no name
   * @param row its row in the answers
   */
  void line(Writer out, long index, String name, Answers answers, int row) throws IOException;

  /**
   * Classes, for people or as JSON.
   *
   * @param printer knows their names
   */
  record Printed(PredictionPrinter printer) implements AnswerLines {
    @Override
    public void begin(Writer out) throws IOException {
      printer.begin(out);
    }

    @Override
    public void line(Writer out, long index, String name, Answers answers, int row)
        throws IOException {
      printer.print(out, index, name, answers, row);
    }
  }

  /**
   * Labels or numbers, as CSV or JSON.
   *
   * @param lines know their names
   */
  record Table(PredictionLines lines) implements AnswerLines {
    @Override
    public void begin(Writer out) throws IOException {
      out.write(lines.heading());
    }

    @Override
    public void line(Writer out, long index, String name, Answers answers, int row)
        throws IOException {
      StringBuilder text = new StringBuilder();
      lines.add(text, index, List.of(), answers, row);
      out.append(text);
    }
  }
}
