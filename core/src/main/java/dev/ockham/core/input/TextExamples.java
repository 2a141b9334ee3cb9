package dev.ockham.core.input;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.picture.PictureFiles;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.core.table.Tables;
import dev.ockham.core.table.TextRows;
import dev.ockham.runtime.data.EncodedText;
import dev.ockham.runtime.data.SequenceInputs;
import dev.ockham.runtime.data.TextEncoder;
import dev.ockham.runtime.data.TextRules;
import dev.ockham.runtime.graph.Graph;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Texts for a model that knows how they become tokens: of a table, the column that it was trained
 * on; of a folder or a zip archive, its {@code .txt} files; of any other file, its lines.
 */
public final class TextExamples implements Examples {
  private final TextSource source;
  private final TextEncoder encoder;
  private final SequenceInputs inputs;

  private TextExamples(TextSource source, TextEncoder encoder, SequenceInputs inputs) {
    this.source = source;
    this.encoder = encoder;
    this.inputs = inputs;
  }

  /**
   * Opens a file or folder.
   *
   * @param rules the model's
   * @param spec how a table is read
   * @throws MalformedDataException if it has no texts, or is broken from the start
   * @throws IllegalArgumentException if the model takes sequences of another length
   */
  public static TextExamples open(Path place, Graph graph, TextRules rules, TableSpec spec)
      throws IOException {
    if (Tables.isNamed(String.valueOf(place.getFileName()))) {
      if (rules.column().isEmpty()) {
        throw wrong(
            place, "is a table, but the model learnt from files and knows no column of texts");
      }
      return of(new TextSource.Column(TextRows.open(place, rules.column(), spec)), graph, rules);
    }
    boolean archive = place.toString().toLowerCase(Locale.ROOT).endsWith(".zip");
    if (!archive && !Files.isDirectory(place)) {
      InputStream in = Files.newInputStream(place);
      return of(new TextSource.Lines(in, place.toString()), graph, rules);
    }
    PictureFiles files =
        PictureFiles.open(place, path -> path.toLowerCase(Locale.ROOT).endsWith(".txt"));
    if (files.entries().isEmpty()) {
      files.close();
      throw wrong(place, "holds no .txt files");
    }
    return of(new TextSource.Files(files), graph, rules);
  }

  /**
   * The lines of a stream.
   *
   * @param name what messages call it
   */
  public static TextExamples ofLines(InputStream in, String name, Graph graph, TextRules rules) {
    return of(new TextSource.Lines(in, name), graph, rules);
  }

  private static TextExamples of(TextSource source, Graph graph, TextRules rules) {
    SequenceInputs inputs = SequenceInputs.of(graph);
    if (inputs.shape().size() != rules.length()) {
      throw new IllegalArgumentException(
          "the model takes sequences of %s, but its texts have %s steps"
              .formatted(inputs.shape(), rules.length()));
    }
    return new TextExamples(source, new TextEncoder(rules), inputs);
  }

  private static MalformedDataException wrong(Path place, String fault) {
    return new MalformedDataException(place.toString(), MalformedDataException.WHOLE_FILE, fault);
  }

  @Override
  public long count() {
    return source.count();
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public String leftOut() {
    return source.leftOut();
  }

  @Override
  public String notice() {
    return source.notice();
  }

  @Override
  public boolean next(float[] into, int at) throws IOException {
    String text = source.next();
    if (text == null) {
      return false;
    }
    EncodedText encoded = encoder.encode(text);
    inputs.write(encoded.tokens(), 0, encoded.length(), into, at);
    return true;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
