package dev.ockham.core.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.FittedSizes;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.input.TextExamples;
import dev.ockham.core.spec.AudioSpec;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.TextSpec;
import dev.ockham.core.table.SampleTables;
import dev.ockham.runtime.data.TextRules;
import dev.ockham.runtime.graph.Graph;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of tables and folders, and sounds of folders, as data sets. */
class SequenceDataTest {

  @TempDir private Path folder;

  private Dataset table(String text, TextSpec spec) throws IOException {
    Path file = Files.writeString(folder.resolve("t.csv"), text);
    DataSpec data = DataSpec.defaults().withText(spec);
    return TextData.ofTable(
        "t", file, data.withTable(data.table().labelled("label")), folder, DownloadListener.SILENT);
  }

  private static String rows() {
    StringBuilder text = new StringBuilder("text,label\n");
    for (int i = 0; i < 20; i++) {
      text.append(i % 2 == 0 ? "good soup today,yes\n" : "\"bad, bad soup\",no\n");
    }
    return text.toString();
  }

  @Test
  void theVocabularyIsThatOfTheTrainingTextsByFrequency() throws IOException {
    Dataset data = table(rows(), TextSpec.defaults().ofColumn("text"));
    TextRules rules = data.rules().text().orElseThrow();
    assertThat(rules.vocabulary())
        .containsExactly("[PAD]", "[UNK]", "bad", "soup", ",", "good", "today");
    assertThat(rules.length()).isEqualTo(4);
    assertThat(rules.labels()).containsExactly("label");
    assertThat(data.classNames()).containsExactly("no", "yes");
    assertThat(data.train().count()).isEqualTo(16);
    assertThat(data.train().values(0)).containsExactly(5, 3, 6, 0, 3);
    assertThat(data.train().values(1)).containsExactly(2, 4, 2, 3, 4);
    assertThat(FittedSizes.of("lenet-300-100", false, data))
        .isEqualTo("lstm-classifier:vocab=7,steps=4");
    assertThat(FittedSizes.of("transformer-encoder:width=8,vocab=9", true, data))
        .isEqualTo("transformer-encoder:vocab=9,steps=4,width=8");
    TextSpec few = new TextSpec("text", TextRules.Tokens.WORDS, true, 2, 4, "");
    assertThat(table(rows(), few).train().values(0)).containsExactly(1, 3, 2);
  }

  @Test
  void tablesWithoutTheColumnOrLabelsAreRefused() {
    TextSpec spec = TextSpec.defaults().ofColumn("txt");
    assertThatThrownBy(() -> table(rows(), spec))
        .hasMessageContaining("t.csv: has no column 'txt' of texts; did you mean 'text'?");
    assertThatThrownBy(() -> table("text,label\na,\nb,x\n", TextSpec.defaults().ofColumn("text")))
        .hasMessageContaining("line 2: column 'label' has no value to learn");
    assertThatThrownBy(() -> new TextSpec("text", TextRules.Tokens.WORDPIECE, true, 0, 100, ""))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("wordpiece needs the path of a vocab.txt");
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, text);
  }

  private Dataset folders() throws IOException {
    return TextData.ofFolders(
        "f", folder.resolve("f"), DataSpec.defaults(), folder, DownloadListener.SILENT);
  }

  @Test
  void classFoldersOfTexts() throws IOException {
    for (int i = 0; i < 5; i++) {
      write("f/b/" + i + ".txt", "one two one");
      write("f/a/" + i + ".txt", "\uFEFFthree");
    }
    Dataset data = folders();
    assertThat(data.classNames()).containsExactly("a", "b");
    assertThat(data.testGiven()).isFalse();
    assertThat(data.train().count()).isEqualTo(8);
    assertThat(data.train().label(0)).isZero();
    assertThat(data.train().values(7)).containsExactly(2, 4, 2, 3);
    Dataset again =
        TextData.readBy(
            "f", folder.resolve("f"), data.rules(), DataSpec.defaults(), DownloadListener.SILENT);
    assertThat(again.contentHash()).isEqualTo(data.contentHash());
    Files.write(folder.resolve("f/a/9.txt"), new byte[] {'a', (byte) 0xC3, 'b'});
    refusedFolders("9.txt: byte 0xc3 is not UTF-8; save the text as UTF-8 (byte 1)");
    Files.write(folder.resolve("f/a/9.txt"), new byte[] {'a', 0, 'b'});
    refusedFolders("9.txt: is no text in UTF-8: it has a zero byte");
    Files.writeString(folder.resolve("f/a/9.txt"), "fine");
    write("f/c.txt", "lost");
    refusedFolders("c.txt: lies in no class folder");
  }

  private void refusedFolders(String fault) {
    assertThatThrownBy(this::folders)
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining(fault);
  }

  private static void predicted(InputStream in, String fault) throws IOException {
    Architecture lstm = Architectures.parse("lstm-classifier:vocab=3,steps=2,width=1,hidden=1");
    Graph graph = lstm.graph();
    TextRules rules =
        new TextRules(
            "", List.of(), TextRules.Tokens.WORDS, true, 2, List.of("[PAD]", "[UNK]", "a"));
    try (TextExamples examples = TextExamples.ofLines(in, "in", graph, rules)) {
      float[] row = new float[3];
      assertThat(examples.next(row, 0)).isTrue();
      assertThat(row).containsExactly(2, 1, 2);
      assertThatThrownBy(() -> examples.next(row, 0))
          .isInstanceOf(MalformedDataException.class)
          .hasMessage(fault);
    }
  }

  private static InputStream bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new ByteArrayInputStream(bytes);
  }

  /** A line without an end, as long as anybody reads. */
  private static final class Endless extends InputStream {
    private long left = 1L << 30;

    @Override
    public int read() {
      return left-- > 0 ? 'x' : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) {
      int some = (int) Math.min(left, length);
      Arrays.fill(into, from, from + some, (byte) 'x');
      left -= some;
      return some == 0 ? -1 : some;
    }
  }

  @Test
  void hostileLinesAreRefusedInOne() throws IOException {
    String good = "A, A\r\n";
    InputStream begin = new ByteArrayInputStream(good.getBytes(StandardCharsets.UTF_8));
    predicted(
        new SequenceInputStream(begin, new Endless()),
        "in: line 2 is longer than 16777216 characters");
    predicted(
        bytes('a', ' ', '-', '\n', 'b', 0, '\n'), "in: line 2 has a zero byte, as no text has");
  }

  @Test
  void theSampleIsWhatItsProgramMakes() throws IOException {
    try (InputStream in = SampleTables.class.getResourceAsStream("meals.csv")) {
      assertThat(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(MealSentences.table(400));
    }
  }

  @Test
  void soundsAreRefusedByName() throws IOException {
    write("s/a/1.wav", "RIFF");
    write("s/b/1.wav", "RIFF");
    write("s/b/2.wav", "RIFF");
    write("s/a/2.wav", "RIFF");
    write("s/a/3.wav", "RIFF");
    assertThat(AudioData.isAt(folder.resolve("s"))).isTrue();
    assertThatThrownBy(() ->
            AudioData.read(
                "s", folder.resolve("s"), AudioSpec.defaults().rules(), DownloadListener.SILENT))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageMatching(
            ".*[ab]/[123].wav: is no WAV file: it does not begin with RIFF and WAVE");
    assertThatThrownBy(() -> new AudioSpec(16000, 0.01, 0.04, 0.02, 40, 10, 20, 4000))
        .isInstanceOf(SpecException.class)
        .hasMessage("data.audio: sounds: samples is 160; it must be from 640 to 268435456");
  }

  @Test
  void keywordNetworksTakeOtherSizes() {
    assertThat(Architectures.parse("ds-cnn:frames=49,bands=10").name()).isEqualTo("ds-cnn");
    Architecture wide = Architectures.parse("ds-cnn:frames=30,bands=7,classes=3");
    assertThat(wide.example().dims()).containsExactly(1, 30, 7);
    assertThat(wide.classes()).isEqualTo(3);
  }
}
