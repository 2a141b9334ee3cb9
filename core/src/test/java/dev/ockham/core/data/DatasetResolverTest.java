package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ockham.core.data.LoopbackServer.Manner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class DatasetResolverTest {
  private static final Images TRAIN = SampleData.images(1, 30, 4, 5, 3);
  private static final Images TEST = SampleData.images(2, 12, 4, 5, 3);
  private static final DownloadPolicy POLICY =
      new DownloadPolicy(Duration.ofSeconds(60), Duration.ofSeconds(60), 2, Duration.ofMillis(1));

  private final Path root;
  private final LoopbackServer server = new LoopbackServer();
  private final RecordingListener listener = new RecordingListener();
  private final Map<IdxPart, byte[]> digits = SampleData.files(TRAIN, TEST);
  private final Map<IdxPart, byte[]> clothes = SampleData.files(TEST, TRAIN);
  private final DatasetCatalog catalog =
      new DatasetCatalog(
          List.of(
              SampleData.entry(
                  "digits", TRAIN, TEST, List.of(server.home()), Optional.of("dataset-digits")),
              SampleData.entry("clothes", TEST, TRAIN, List.of(), Optional.empty())));

  DatasetResolverTest(@TempDir Path root) throws IOException {
    this.root = root;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void readsAFolderOfTheUser() throws IOException {
    Images train = SampleData.images(5, 9, 2, 2, 2);
    Images test = SampleData.images(6, 4, 2, 2, 2);
    SampleData.write(root.resolve("work/mine"), SampleData.files(train, test));

    for (String data : List.of("mine", "./mine", root.resolve("work/mine").toString())) {
      Dataset dataset = resolver(unset()).resolve(data);
      assertThat(dataset.name()).isEqualTo("mine");
      assertThat(dataset.outputs()).isEqualTo(2);
      assertThat(dataset.classNames()).isEmpty();
      assertThat(dataset.train().count()).isEqualTo(9);
      assertThat(dataset.test().count()).isEqualTo(4);
      assertThat(dataset.contentHash()).isEqualTo(ContentHash.of(train, test));
      assertThat(dataset.origin()).isEqualTo(root.resolve("work/mine").toString());
    }
  }

  @Test
  void acceptsEverySpellingOfTheNames() throws IOException {
    Path folder = Files.createDirectories(root.resolve("work/mine"));
    for (int spelling = 0; spelling < 4; spelling++) {
      for (IdxPart part : IdxPart.values()) {
        Files.write(folder.resolve(part.acceptedNames().get(spelling)), digits.get(part));
      }
      assertThat(resolver(unset()).resolve("./mine").train().count()).isEqualTo(30);
      for (IdxPart part : IdxPart.values()) {
        Files.delete(folder.resolve(part.acceptedNames().get(spelling)));
      }
    }
    assertThat(IdxPart.TRAIN_IMAGES.acceptedNames())
        .contains(
            "train-images-idx3-ubyte", "train-images.idx3-ubyte", "train-images-idx3-ubyte.gz");
    assertThat(IdxPart.TEST_LABELS.acceptedNames()).contains("t10k-labels-idx1-ubyte");
  }

  @Test
  void knowsAPublishedSetByItsContents() throws IOException {
    SampleData.write(root.resolve("work/mine"), digits);
    Dataset dataset = resolver(unset()).resolve("./mine");
    assertThat(dataset.name()).isEqualTo("digits");
    assertThat(dataset.classNames()).containsExactly("a", "b", "c");
  }

  @Test
  void refusesFoldersThatAreNoDataSet() throws IOException {
    Path folder = Files.createDirectories(root.resolve("work/mine"));
    notFound("./mine", folder + ": holds neither the four IDX files nor class folders of");
    notFound(
        "./absent",
        "./absent: no such folder or file; known data sets: digits, clothes, iris, yacht");
    notFound(
        "digit",
        "digit: no such folder or file; did you mean 'digits'?; known data sets: digits, clothes,"
            + " iris, yacht");
    notFound("\0", "not a path");
    Files.write(folder.resolve("file"), new byte[1]);
    notFound("mine/file", "mine/file: is a file, neither a folder nor a zip archive");
    SampleData.write(folder, digits);
    Files.delete(folder.resolve(IdxPart.TEST_LABELS.publishedName()));
    notFound("./mine", folder + ": t10k-labels-idx1-ubyte.gz missing");
  }

  @Test
  void namesFileAndOffsetOfWhatDoesNotFitInAFolder() throws IOException {
    Images train = SampleData.images(5, 9, 2, 2, 2);
    malformed(
        train, SampleData.images(6, 4, 2, 2, 3), IdxPart.TEST_LABELS, 10, "is 2, but there are 2");
    malformed(train, SampleData.images(6, 4, 2, 3, 2), IdxPart.TEST_IMAGES, 12, "columns is 3");
    malformed(train, SampleData.images(6, 4, 1, 2, 2), IdxPart.TEST_IMAGES, 8, "rows is 1");
  }

  private void malformed(Images train, Images test, IdxPart part, long offset, String fault)
      throws IOException {
    Path folder = SampleData.write(root.resolve("work/mine"), SampleData.files(train, test));
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> resolver(unset()).resolve("./mine"))
        .withMessageStartingWith(folder.resolve(part.publishedName()).toString())
        .withMessageContaining(fault)
        .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
  }

  @Test
  void triesThePlacesInTheirOrder() throws IOException {
    List<Path> places =
        List.of(
            root.resolve("env/digits"),
            root.resolve("env"),
            root.resolve("cache/ockham/datasets/digits"),
            root.resolve("system/digits"),
            root.resolve("shared/data/digits"),
            root.resolve("elsewhere/shared/data/digits"));
    for (Path place : places.reversed()) {
      SampleData.write(place, digits);
      var resolver = resolver(env());
      assertThat(resolver.list().getFirst().foundAt()).contains(place.toString());
      Dataset dataset = resolver.resolve("digits");
      assertThat(dataset.origin()).isEqualTo(place.toString());
      assertThat(dataset.name()).isEqualTo("digits");
      assertThat(dataset.classNames()).containsExactly("a", "b", "c");
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void ockhamDataMayHoldAnotherKnownSet() throws IOException {
    SampleData.write(root.resolve("env"), clothes);
    Path system = SampleData.write(root.resolve("system/digits"), digits);
    assertThat(resolver(env()).resolve("digits").origin()).isEqualTo(system.toString());
    assertThat(resolver(env()).list().getFirst().foundAt()).contains(system.toString());
    assertThat(resolver(env()).resolve("clothes").origin())
        .isEqualTo(root.resolve("env").toString());
  }

  @Test
  void faultyFilesInOckhamDataAreAnError() throws IOException {
    SampleData.write(root.resolve("system/digits"), digits);
    Path folder = SampleData.write(root.resolve("env/digits"), digits);
    Path images = folder.resolve(IdxPart.TRAIN_IMAGES.publishedName());

    byte[] changed = SampleData.imageFile(TRAIN);
    changed[20]++;
    Files.write(images, changed);
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> resolver(env()).resolve("digits"))
        .withMessageMatching(
            ".*train-images-idx3-ubyte.gz: md5 .* is \\w{32}, but digits has \\w{32}");

    Files.write(images, Arrays.copyOf(changed, 30));
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> resolver(env()).resolve("digits"))
        .withMessageContaining("truncated");

    Files.delete(images);
    assertThatExceptionOfType(DatasetNotFoundException.class)
        .isThrownBy(() -> resolver(env()).resolve("digits"))
        .withMessageContaining(folder.toString())
        .withMessageContaining("train-images-idx3-ubyte.gz missing");
  }

  @Test
  void saysThatOckhamDataDoesNotExist() throws IOException {
    SampleData.write(root.resolve("system/digits"), digits);
    resolver(env()).resolve("digits");
    assertThat(listener.notices)
        .containsExactly(
            "OCKHAM_DATA, " + root.resolve("env") + ": no such folder; looking elsewhere");
  }

  @Test
  void downloadsIntoTheCache() throws IOException {
    serve(digits);

    Dataset dataset = resolver(unset()).resolve("digits");

    Path cache = root.resolve("cache/ockham/datasets/digits");
    assertThat(dataset.contentHash()).isEqualTo(ContentHash.of(TRAIN, TEST));
    assertThat(dataset.origin()).isEqualTo("downloaded to " + cache);
    assertThat(server.requests()).hasSize(4);
    assertThat(resolver(unset()).resolve("digits").origin()).isEqualTo(cache.toString());
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void replacesOnlyTheFaultyFilesOfTheCache() throws IOException {
    serve(digits);
    Path cache = SampleData.write(root.resolve("cache/ockham/datasets/digits"), digits);
    Files.write(cache.resolve("train-labels-idx1-ubyte.gz"), new byte[100]);
    Files.write(cache.resolve("t10k-labels-idx1-ubyte"), digits.get(IdxPart.TRAIN_LABELS));

    Dataset dataset = resolver(unset()).resolve("digits");

    assertThat(dataset.contentHash()).isEqualTo(ContentHash.of(TRAIN, TEST));
    assertThat(server.requests()).containsExactly("/train-labels-idx1-ubyte.gz -");
    assertThat(listener.notices)
        .anyMatch(l -> l.contains("train-labels-idx1-ubyte.gz") && l.endsWith("deleted"))
        .anyMatch(l -> l.contains("t10k-labels-idx1-ubyte: md5") && l.endsWith("deleted"));
  }

  @Test
  void anInterruptedDownloadLosesNothing() throws IOException {
    serve(digits);
    server.behave(Manner.PROPER, Manner.DIES_HALFWAY, Manner.UNAVAILABLE, Manner.UNAVAILABLE);
    notFound("digits", "HTTP status 503");

    resolver(unset()).resolve("digits");

    assertThat(server.requests().stream().filter(r -> r.startsWith("/train-images")).count())
        .isEqualTo(1);
    assertThat(server.requests().get(4)).startsWith("/train-labels-idx1-ubyte.gz bytes=");
  }

  @Test
  void listsEverythingItTriedAndWhatToDo() throws IOException {
    SampleData.write(root.resolve("system/digits"), Map.of(IdxPart.TEST_LABELS, new byte[3]));
    var e =
        catchThrowableOfType(
            DatasetNotFoundException.class, () -> resolver(unset()).resolve("digits"));

    assertThat(e.attempts().stream().map(Object::toString))
        .satisfiesExactly(
            a -> assertThat(a).isEqualTo("OCKHAM_DATA: not set"),
            a -> assertThat(a).matches("cache, .*digits: no such folder"),
            a -> assertThat(a).matches("system data, .*: train-images-idx3-ubyte.gz, .* missing.*"),
            a -> assertThat(a).matches("shared data, .*digits: no such folder"),
            a -> assertThat(a).matches("shared data, .*digits: no such folder"),
            a -> assertThat(a).matches("download from http.*: HTTP status 404"),
            a -> assertThat(a).matches("apt-get download dataset-digits: this machine has no .*"));
    assertThat(e)
        .hasMessageContaining("put train-images-idx3-ubyte.gz")
        .hasMessageContaining("set OCKHAM_DATA")
        .hasMessageContaining("apt-get install dataset-digits");
    assertThat(resolver(unset()).list().getFirst().present()).isFalse();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void fallsBackToTheDebianPackage() throws IOException {
    SampleData.write(root.resolve("package/usr/share/datasets/digits"), digits);
    command("apt-get", "[ \"$*\" = '-q download dataset-digits' ] && : > dataset-digits_1_all.deb");
    command("dpkg-deb", "[ -f \"$2\" ] && cp -r '" + root.resolve("package") + "' \"$3\"");

    Dataset dataset = resolver(unset()).resolve("digits");

    assertThat(dataset.contentHash()).isEqualTo(ContentHash.of(TRAIN, TEST));
    assertThat(listener.notices).contains("apt-get download dataset-digits");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void repeatsWhatAptComplainsOf() throws IOException {
    command("apt-get", "echo Reading; echo 'E: Unable to locate package dataset-digits'; exit 100");
    command("dpkg-deb", "exit 0");
    notFound(
        "digits",
        "apt-get download dataset-digits: exit status 100: E: Unable to locate package"
            + " dataset-digits");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void doesNotTakeOtherDataFromAPackage() throws IOException {
    SampleData.write(root.resolve("package/usr/share/datasets/digits"), clothes);
    command("apt-get", ": > dataset-digits_1_all.deb");
    command("dpkg-deb", "cp -r '" + root.resolve("package") + "' \"$3\"");
    notFound("digits", "md5 of the unpacked contents");
    assertThat(root.resolve("cache/ockham/datasets/digits/train-images-idx3-ubyte.gz"))
        .doesNotExist();
  }

  @Test
  void standardCatalogNamesWhatTheManualNames() {
    assertThat(DatasetCatalog.standard().names())
        .containsExactly("mnist", "fashion-mnist", "fashion-mnist-mini", "cifar-10", "cifar-100");
  }

  private void notFound(String data, String fault) {
    assertThatExceptionOfType(DatasetNotFoundException.class)
        .isThrownBy(() -> resolver(unset()).resolve(data))
        .withMessageContaining(fault);
  }

  private void serve(Map<IdxPart, byte[]> files) throws IOException {
    for (var file : files.entrySet()) {
      server.put(file.getKey().publishedName(), SampleData.gzip(file.getValue()));
    }
  }

  private void command(String name, String script) throws IOException {
    Path file = Files.createDirectories(root.resolve("bin")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Optional<Path> env() {
    return Optional.of(root.resolve("env"));
  }

  private static Optional<Path> unset() {
    return Optional.empty();
  }

  private DatasetResolver resolver(Optional<Path> ockhamData) {
    var locations =
        new DataLocations(
            ockhamData,
            root.resolve("cache/ockham/datasets"),
            root.resolve("system"),
            root.resolve("work"),
            Optional.of(root.resolve("elsewhere/project")),
            List.of(root.resolve("bin")));
    return new DatasetResolver(catalog, locations, POLICY, listener);
  }
}
