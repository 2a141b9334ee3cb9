package dev.ockham.core.sequence;

import dev.ockham.core.data.Belonging;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.table.TableData;
import dev.ockham.core.table.Tables;
import dev.ockham.core.table.TextTable;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.data.EncodedText;
import dev.ockham.runtime.data.TextEncoder;
import dev.ockham.runtime.data.TextRules;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts as a data set: a column of a table, or {@code .txt} files in class folders. An example is
 * its tokens and, behind them, how many they are.
 */
public final class TextData {
  private static final String TXT = ".txt";

  private TextData() {}

  /**
   * Reads a table with a column of texts.
   *
   * @param name what the data set is called
   * @param working what relative paths start from
   * @throws MalformedDataException naming file, row, column and value of what is wrong
   */
  public static Dataset ofTable(
      String name, Path place, DataSpec data, Path working, DownloadListener listener)
      throws IOException {
    TextTable.Parts parts = TextTable.read(place, data, working, listener);
    TextRules rules =
        Vocabulary.of(data.text(), data.table().labels(), parts.train().texts(), working);
    return dataset(name, parts, rules);
  }

  private static Dataset dataset(String name, TextTable.Parts parts, TextRules rules)
      throws IOException {
    return dataset(
        name,
        parts.origin(),
        parts.rules().withText(rules),
        examples(name, rules, parts.train()),
        examples(name, rules, parts.test()),
        parts.testGiven());
  }

  private static Features examples(String name, TextRules rules, TextTable.Part part)
      throws IOException {
    return examples(name, rules, part.texts(), part.targets(), part.belonging());
  }

  /**
   * Reads class folders of text files.
   *
   * @param place a folder or a zip archive
   * @throws MalformedDataException naming the file that is wrong, and where
   */
  public static Dataset ofFolders(
      String name, Path place, DataSpec data, Path working, DownloadListener listener)
      throws IOException {
    try (LabelledFiles files = LabelledFiles.open(place, TXT, "texts", listener)) {
      List<String> train = texts(files, files.train());
      TextRules rules = Vocabulary.of(data.text(), List.of(), train, working);
      return ofFolders(name, place, files, rules, train);
    }
  }

  private static Dataset ofFolders(
      String name, Path place, LabelledFiles files, TextRules rules, List<String> train)
      throws IOException {
    return dataset(
        name,
        place.toString(),
        DataRules.ofClasses(files.classes()).withText(rules),
        examples(
            name, rules, train, LabelledFiles.targets(files.train()), Belonging.none(train.size())),
        examples(
            name,
            rules,
            texts(files, files.test()),
            LabelledFiles.targets(files.test()),
            Belonging.none(files.test().size())),
        files.testGiven());
  }

  private static List<String> texts(LabelledFiles files, List<LabelledFiles.Item> items)
      throws IOException {
    List<String> texts = new ArrayList<>();
    for (LabelledFiles.Item item : items) {
      texts.add(PlainText.of(files.where(item), files.read(item)));
    }
    return texts;
  }

  /**
   * Reads texts by the rules of a model: a table, or class folders.
   *
   * @param rules the model's, with a text
   * @param data what else is said of reading
   */
  public static Dataset readBy(
      String name, Path place, DataRules rules, DataSpec data, DownloadListener listener)
      throws IOException {
    TextRules text = rules.text().orElseThrow();
    boolean folders =
        Files.isDirectory(place)
            ? !TableData.isFolder(place)
            : !Tables.isNamed(String.valueOf(place.getFileName()));
    if (!folders && text.column().isEmpty()) {
      throw new MalformedDataException(
          place.toString(),
          MalformedDataException.WHOLE_FILE,
          "is a table, but the model learnt from files and knows no column of texts");
    }
    if (!folders) {
      return dataset(name, TextTable.readBy(place, rules, data.table(), listener), text);
    }
    try (LabelledFiles files = LabelledFiles.open(place, TXT, "texts", listener)) {
      return ofFolders(name, place, files, text, texts(files, files.train()));
    }
  }

  private static Dataset dataset(
      String name,
      String origin,
      DataRules rules,
      Features train,
      Features test,
      boolean testGiven) {
    int outputs = Math.max(1, train.targets().outputs());
    int named =
        Math.max(rules.classes().size(), Math.max(rules.labels().size(), rules.numbers().size()));
    return Dataset.of(name, Math.max(outputs, named), rules, train, test, origin)
        .withTestGiven(testGiven);
  }

  private static Features examples(
      String name, TextRules rules, List<String> texts, Targets targets, Belonging belonging)
      throws MalformedDataException {
    int size = rules.length() + 1;
    long numbers = (long) texts.size() * size;
    if (numbers > Integer.MAX_VALUE - 8
        || numbers * Float.BYTES > Runtime.getRuntime().maxMemory() / 2) {
      throw new MalformedDataException(
          name,
          MalformedDataException.WHOLE_FILE,
          "%s texts of %s steps do not fit into memory; data.text.length shortens them"
              .formatted(texts.size(), rules.length()));
    }
    TextEncoder encoder = new TextEncoder(rules);
    float[] values = new float[(int) numbers];
    for (int i = 0; i < texts.size(); i++) {
      EncodedText text = encoder.encode(texts.get(i));
      System.arraycopy(text.tokens(), 0, values, i * size, rules.length());
      values[i * size + rules.length()] = text.length();
    }
    return Features.of(Shape.of(size), MemorySegment.ofArray(values), targets)
        .withBelonging(belonging)
        .withInputs(
            List.of(
                new Input("tokens", Shape.of(rules.length())), new Input("length", Shape.of())));
  }
}
