package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.ockham.core.picture.TinyPictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures in class folders, as folders and archives of every layout. */
class ClassFoldersTest {

  @TempDir Path folder;

  private final RecordingListener listener = new RecordingListener();

  private Dataset resolve(Path data) throws IOException {
    return new DatasetResolver(
            DataLocations.of(Map.of(), "linux", folder, folder, Optional.empty()), listener)
        .resolve(data.toString());
  }

  /** Two classes of two training pictures and one test picture, told by their red. */
  private static Map<String, byte[]> parts(String prefix) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(prefix + "train/dog/b.png", TinyPictures.png(3, 1, 2, 4, 5, 6, 7, 8, 9));
    files.put(prefix + "train/dog/a.png", TinyPictures.png(3, 1, 2, 3, 5, 6, 7, 8, 9));
    files.put(prefix + "train/cat/z.png", TinyPictures.png(3, 1, 2, 1, 5, 6, 7, 8, 9));
    files.put(prefix + "train/cat/more/y.png", TinyPictures.png(3, 1, 2, 0, 5, 6, 7, 8, 9));
    files.put(prefix + "test/dog/a.png", TinyPictures.png(3, 1, 2, 200, 5, 6, 7, 8, 9));
    files.put(prefix + "test/cat/a.png", TinyPictures.png(3, 1, 2, 100, 5, 6, 7, 8, 9));
    return files;
  }

  private static Map<String, byte[]> below(String start, Map<String, byte[]> files) {
    Map<String, byte[]> result = new LinkedHashMap<>();
    files.forEach((name, bytes) -> {
      if (name.startsWith(start)) {
        result.put(name.substring(start.length()), bytes);
      }
    });
    return result;
  }

  private void requireAsWritten(Dataset data) {
    Images train = (Images) data.train();
    Images test = (Images) data.test();
    assertThat(data.classNames()).containsExactly("cat", "dog");
    assertThat(data.testGiven()).isTrue();
    assertThat(train.values(0, 4))
        .containsExactly(0, 7, 5, 8, 6, 9, 1, 7, 5, 8, 6, 9, 3, 7, 5, 8, 6, 9, 4, 7, 5, 8, 6, 9);
    assertThat(List.of(train.label(0), train.label(1), train.label(2), train.label(3)))
        .containsExactly(0, 0, 1, 1);
    assertThat(List.of(test.pixel(0, 0), test.pixel(1, 0))).containsExactly(100, 200);
    assertThat(List.of(test.label(0), test.label(1))).containsExactly(0, 1);
    assertThat(data.contentHash()).isEqualTo(ContentHash.of(train, test));
  }

  @Test
  void everyLayoutOfTheSamePicturesIsTheSameData() throws IOException {
    Path plain = TinyPictures.folder(folder.resolve("plain"), parts(""));
    Path one = TinyPictures.zip(folder.resolve("one.zip"), parts(""));
    Path wrapped = TinyPictures.zip(folder.resolve("wrapped.ZIP"), parts("pets/"));
    Path two = Files.createDirectories(folder.resolve("two"));
    TinyPictures.zip(two.resolve("train.zip"), below("train/", parts("")));
    Map<String, byte[]> withRoot = parts("");
    withRoot.keySet().removeIf(name -> !name.startsWith("test/"));
    TinyPictures.zip(two.resolve("test.zip"), withRoot);
    for (Path data : List.of(plain, one, wrapped, two)) {
      requireAsWritten(resolve(data));
    }
    assertThat(resolve(one).name()).isEqualTo("one");
    assertThat(resolve(wrapped).name()).isEqualTo("wrapped");
    assertThat(resolve(one).origin()).isEqualTo(one.toString());
    assertThat(listener.notices).isEmpty();
  }

  @Test
  void aFifthIsHeldOutWhereThereIsNoTestPart() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      files.put(
          (i % 2 == 0 ? "b/" : "a/") + (char) ('a' + i) + ".png", TinyPictures.plain(1, 2, 2, i));
    }
    Dataset data = resolve(TinyPictures.zip(folder.resolve("all.zip"), files));
    assertThat(data.testGiven()).isFalse();
    assertThat(data.train().count()).isEqualTo(16);
    assertThat(data.test().count()).isEqualTo(4);
    assertThat(List.of(0, 1, 2, 3))
        .extracting(i -> data.test().label(i))
        .containsExactly(0, 0, 1, 1);
    assertThat(listener.notices)
        .singleElement()
        .asString()
        .contains("all.zip has no test part; where one is needed, it is 4 of its 20 pictures");
    assertThat(resolve(TinyPictures.folder(folder.resolve("all"), files)).contentHash())
        .isEqualTo(data.contentHash());
    assertThat(data.all().count()).isEqualTo(20);
    assertThat(data.all().values(19)).isEqualTo(data.test().values(3));
  }

  @Test
  void onePictureInColourMakesAllOfThemColour() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("train/a/1.png", TinyPictures.png(1, 1, 2, 10, 20));
    files.put("train/b/1.png", TinyPictures.png(1, 1, 2, 30, 40));
    files.put("test/b/1.png", TinyPictures.png(3, 1, 2, 1, 2, 3, 4, 5, 6));
    Dataset mixed = resolve(TinyPictures.zip(folder.resolve("mixed.zip"), files));
    assertThat(mixed.train().values(0)).containsExactly(10, 20, 10, 20, 10, 20);
    assertThat(mixed.test().values(0)).containsExactly(1, 4, 2, 5, 3, 6);
    files.remove("test/b/1.png");
    files.put("test/a/1.png", TinyPictures.png(1, 1, 2, 50, 60));
    Dataset grey = resolve(TinyPictures.zip(folder.resolve("grey.zip"), files));
    assertThat(grey.train().shape().dims()).containsExactly(1, 1, 2);
    assertThat(grey.test().values(0)).containsExactly(50, 60);
  }

  @Test
  void whatHidesIsPassedOverAndWhatElseIsLeftOutIsSaid() throws IOException {
    Map<String, byte[]> files = parts("");
    byte[] text = "text".getBytes(StandardCharsets.UTF_8);
    files.put("train/dog/.DS_Store", text);
    files.put("__MACOSX/train/dog/._a.png", text);
    files.put(".git/x.png", text);
    files.put("train/cat/Thumbs.db", text);
    requireAsWritten(resolve(TinyPictures.zip(folder.resolve("hidden.zip"), files)));
    requireAsWritten(resolve(TinyPictures.folder(folder.resolve("hidden"), files)));
    assertThat(listener.notices).isEmpty();
    files.put("README.md", text);
    files.put("train/dog/a.heic", text);
    requireAsWritten(resolve(TinyPictures.zip(folder.resolve("more.zip"), files)));
    assertThat(listener.notices)
        .singleElement()
        .asString()
        .contains(
            "left out 1 picture in a format that is not read (",
            "a.heic); JPEG and PNG are; 1 file that is no picture: ",
            "more.zip/README.md");
  }

  @Test
  void emptyFoldersAreSaid() throws IOException {
    Map<String, byte[]> files = parts("");
    files.put("train/bird/", new byte[0]);
    files.put("train/fish/", new byte[0]);
    files.put("train/dog/", new byte[0]);
    files.put("__MACOSX/train/bird/", new byte[0]);
    requireAsWritten(resolve(TinyPictures.zip(folder.resolve("empty.zip"), files)));
    assertThat(listener.notices)
        .containsExactly(
            "left out 2 empty folders: %1$s/train/bird/, %1$s/train/fish/"
                .formatted(folder.resolve("empty.zip")));
    listener.notices.clear();
    Path place = folder.resolve("empty");
    requireAsWritten(resolve(TinyPictures.folder(place, parts(""))));
    Files.createDirectories(place.resolve("train/bird/young"));
    Files.createDirectories(place.resolve("train/.hidden"));
    Files.createDirectories(place.resolve("train/fish"));
    Files.write(place.resolve("train/fish/.DS_Store"), new byte[1]);
    requireAsWritten(resolve(place));
    assertThat(listener.notices)
        .containsExactly(
            "left out 2 empty folders: %1$s/train/bird/young/, %1$s/train/fish/".formatted(place));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train/dog/c.png | 2x1 | c.png: the picture is 2×1 (height × width), but ",
        "train/dog/c.png | text | c.png: is no picture that can be read",
        "train/dog/c.png | cut | c.png: broken picture: ",
        "test/bird/c.png | 1x2 | is of class 'bird', which has no training pictures",
        "val/dog/c.png | 1x2 | has a part 'val' beside 'train'",
        "train/ /c.png | 1x2 | is of a class without a name",
      })
  void faultsNameThePicture(String name, String kind, String said) throws IOException {
    byte[] good = TinyPictures.png(1, 1, 2, 1, 2);
    Map<String, byte[]> files = parts("");
    files.put(
        name,
        switch (kind) {
          case "2x1" -> TinyPictures.png(1, 2, 1, 1, 2);
          case "text" -> "text".getBytes(StandardCharsets.UTF_8);
          case "cut" -> Arrays.copyOf(good, 40);
          default -> good;
        });
    for (Path data :
        List.of(
            TinyPictures.zip(folder.resolve("bad.zip"), files),
            TinyPictures.folder(folder.resolve("bad"), files))) {
      assertThatExceptionOfType(MalformedDataException.class)
          .isThrownBy(() -> resolve(data))
          .withMessageContaining(data.toString())
          .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1))
          .withMessageContaining(said);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a/1.png,a/2.png | has 1 class of training pictures (a)",
        "1.png,2.png | lies in no class folder",
        "a/1.png,2.png | lies in no class folder",
        "notes.txt | holds neither the four IDX files nor class folders of pictures, but ",
        "a/1.heic,a/2.AVIF,b/3.jxl,n.pkl | but 3 pictures in a format that is not read (",
        "../a/1.png,b/1.png | the name of entry '../a/1.png' leads out of the archive",
        "/a/1.png,b/1.png | the name of entry '/a/1.png' leads out",
        "a/../../1.png,b/1.png | leads out",
        "C:/a/1.png,b/1.png | leads out",
        "a\\1.png,b/1.png | leads out",
      })
  void archivesThatAreNoDataAreRefused(String names, String said) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : names.split(",", -1)) {
      files.put(name, TinyPictures.png(1, 1, 2, 1, 2));
    }
    Path zip = TinyPictures.zip(folder.resolve("bad.zip"), files);
    assertThatIOException()
        .isThrownBy(() -> resolve(zip))
        .withMessageContainingAll(zip.toString(), said);
  }

  /** The archive's own bytes, changed where a name or a number stands in them. */
  @Test
  void anArchiveThatContradictsItselfIsRefused() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a/1.png", TinyPictures.plain(1, 2, 2, 1));
    files.put("a/2.png", TinyPictures.plain(1, 2, 2, 2));
    files.put("b/1.png", TinyPictures.plain(1, 2, 2, 3));
    Path zip = TinyPictures.zip(folder.resolve("good.zip"), files);
    byte[] good = Files.readAllBytes(zip);
    assertThat(resolve(zip).outputs()).isEqualTo(2);

    refused(replaced(good, "a/2.png", "a/1.png"), "a/1.png: is in the archive twice");
    int directory = indexOf(good, new byte[] {'P', 'K', 1, 2}, 0);
    byte[] damaged = good.clone();
    damaged[directory + 16] ^= 1;
    refused(damaged, "a/1.png: is damaged: its checksum is ");
    byte[] huge = good.clone();
    huge[directory + 27] = 0x0F;
    refused(huge, "a/1.png: claims to unpack from ");
    byte[] longer = good.clone();
    longer[directory + 24]++;
    refused(longer, "a/1.png: ");
    byte[] overlapping = good.clone();
    overlapping[directory + 21] = 0x70;
    refused(overlapping, "its entries overlap: ");
    for (int length = 4; length < good.length; length += 7) {
      refused(Arrays.copyOf(good, length), "is no zip archive that can be read");
    }
  }

  private void refused(byte[] archive, String said) throws IOException {
    Path file = Files.write(folder.resolve("bad.zip"), archive);
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> resolve(file))
        .withMessageContainingAll(file.toString(), said);
  }

  private static byte[] replaced(byte[] bytes, String from, String to) {
    byte[] result = bytes.clone();
    byte[] old = from.getBytes(StandardCharsets.US_ASCII);
    for (int at = indexOf(result, old, 0); at >= 0; at = indexOf(result, old, at)) {
      System.arraycopy(to.getBytes(StandardCharsets.US_ASCII), 0, result, at, old.length);
    }
    return result;
  }

  private static int indexOf(byte[] bytes, byte[] part, int from) {
    for (int at = from; at + part.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    return -1;
  }

  @Test
  void anotherFileIsNoData() throws IOException {
    Path file = Files.write(folder.resolve("only.bin"), new byte[] {1, 2, 3});
    assertThatExceptionOfType(DatasetNotFoundException.class)
        .isThrownBy(() -> resolve(file))
        .withMessageContaining("is a file, neither a folder nor a zip archive");
  }

  @Test
  void oneArchiveOfTwoIsNotEnough() throws IOException {
    Path data = Files.createDirectories(folder.resolve("half"));
    TinyPictures.zip(data.resolve("test.zip"), below("test/", parts("")));
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> resolve(data))
        .withMessageContaining(data + ": has no train.zip");
  }

  @Test
  void classesAreMatchedByName() throws IOException {
    Images images = SampleData.withLabels(0, 1, 1);
    List<String> model = List.of("bird", "cat", "dog");
    assertThat(ClassNames.asNumberedBy(model, images, List.of(), "x")).isSameAs(images);
    assertThat(ClassNames.asNumberedBy(List.of(), images, List.of("a", "b"), "x")).isSameAs(images);
    Examples matched = ClassNames.asNumberedBy(model, images, List.of("dog", "bird"), "x");
    assertThat(List.of(0, 1, 2)).extracting(matched::label).containsExactly(2, 0, 0);
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> ClassNames.asNumberedBy(model, images, List.of("dog", "cow"), "pets.zip"))
        .withMessage("pets.zip: class 'cow' is none of the model's: bird, cat, dog");
  }
}
