package dev.ockham.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ockham.train.engine.NativeCache.Packed;
import dev.ockham.train.engine.NativeCache.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** First runs on an empty, a broken and an unusable cache of native libraries. */
@EnabledOnOs(OS.LINUX)
class NativeCacheTest {

  private static final byte[] CONTENT = "not really a library".getBytes(StandardCharsets.UTF_8);

  @TempDir(factory = TempDirFactory.Standard.class)
  Path temp;

  /** One that can be loaded, and a small one. */
  private List<Packed> libraries = List.of();

  @BeforeEach
  void pack() throws IOException {
    Path jar = temp.resolve("small.jar");
    JarEntry entry = new JarEntry("org/small/libsmall.so");
    entry.setTime(1_700_000_000_000L);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(entry);
      out.write(CONTENT);
    }
    libraries =
        List.of(
            NativeCache.packed().getFirst(),
            new Packed(
                URI.create("jar:" + jar.toUri() + "!/" + entry.getName()).toURL(),
                Path.of("small.jar", entry.getName()),
                CONTENT.length,
                entry.getTime()));
  }

  @Test
  void everythingOfTheJarsIsThereBeforeAnythingIsLoaded() throws IOException {
    assertThat(NativeCache.packed())
        .extracting(Packed::name)
        .contains("libjnijavacpp.so", "libopenblas.so.0", "libtorch_cpu.so", "libc10.so")
        .contains("libjnitorch.so", "libgomp.so.1", "libtorch.so", "libgfortran.so.5");
    assertThat(NativeCache.packed().getFirst().name()).isEqualTo("libjnijavacpp.so");
  }

  @Test
  void aFileThatIsCutOrNotFinishedIsUnpackedAgain() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("cache"));
    NativeCache.unpack(folder, libraries);
    Path file = small(folder);
    assertThat(file).hasBinaryContent(CONTENT);

    try (RandomAccessFile half = new RandomAccessFile(file.toFile(), "rw")) {
      half.setLength(CONTENT.length / 2);
    }
    Files.setLastModifiedTime(file, FileTime.fromMillis(libraries.getLast().modified()));
    NativeCache.unpack(folder, libraries);
    assertThat(file).hasBinaryContent(CONTENT);

    // JavaCPP sets the time when it has written the last byte.
    Files.write(file, new byte[CONTENT.length]);
    NativeCache.unpack(folder, libraries);
    assertThat(file).hasBinaryContent(CONTENT);
  }

  @Test
  void aFileInUseIsReplacedAndNotChanged() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("cache"));
    NativeCache.unpack(folder, libraries);
    Path file = small(folder);
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    try (InputStream before = Files.newInputStream(file)) {
      Object inode = Files.getAttribute(file, "unix:ino");
      NativeCache.unpack(folder, libraries);
      assertThat(Files.getAttribute(file, "unix:ino")).isNotEqualTo(inode);
      assertThat(before.readAllBytes()).isEqualTo(CONTENT);
    }
  }

  @Test
  void aFolderThatTakesNothingLeavesItToTheNext() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    Path good = temp.resolve("good");
    Path chosen =
        NativeCache.choose(List.of(new Place(file, false), new Place(good, true)), libraries);
    assertThat(chosen).isEqualTo(good);
    assertThat(small(good)).hasBinaryContent(CONTENT);
    assertThat(Files.getAttribute(good, "unix:mode")).isEqualTo(0040700);
  }

  @Test
  void whereNoFolderIsLeftOneLineSaysWhyAndWhatToDo() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    assertThatThrownBy(() -> NativeCache.choose(List.of(new Place(file, false)), libraries))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "libtorch's native libraries (1 MB) cannot be unpacked: %s is not a folder;"
                    .formatted(file)
                + " set OCKHAM_NATIVE_CACHE to a folder that takes them");
  }

  @Test
  void aFolderThatCannotBeWrittenIsSaid() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("read-only"));
    assumeTrue(folder.toFile().setWritable(false) && !Files.isWritable(folder), "root can write");
    assertThatThrownBy(() -> NativeCache.choose(List.of(new Place(folder, false)), libraries))
        .hasMessageContaining(folder + "/")
        .hasMessageContaining(": permission denied; set OCKHAM_NATIVE_CACHE to");
  }

  @Test
  void aFolderThatLetsNothingBeLoadedLeavesItToTheNext() throws Exception {
    Path mounted = Files.createDirectory(temp.resolve("mounted"));
    assumeTrue(mount("noexec", mounted), "file systems can be mounted here");
    try {
      assertThatThrownBy(() -> NativeCache.choose(List.of(new Place(mounted, false)), libraries))
          .hasMessageContaining("libjnijavacpp.so: failed to map segment from shared object")
          .hasMessageContaining("(is it mounted noexec?); set OCKHAM_NATIVE_CACHE to");
      Path good = temp.resolve("good");
      assertThat(
              NativeCache.choose(
                  List.of(new Place(mounted, false), new Place(good, false)), libraries))
          .isEqualTo(good);
    } finally {
      run("umount", "-l", mounted.toString());
    }
  }

  @Test
  void aReadOnlyFileSystemLeavesItToTheNext() throws Exception {
    Path mounted = Files.createDirectory(temp.resolve("mounted"));
    assumeTrue(mount("ro", mounted), "file systems can be mounted here");
    try {
      assertThatThrownBy(() -> NativeCache.choose(List.of(new Place(mounted, false)), libraries))
          .hasMessageContaining("Read-only file system; set OCKHAM_NATIVE_CACHE to");
    } finally {
      run("umount", "-l", mounted.toString());
    }
  }

  @Tag("long")
  @Test
  void twoFirstRunsAtOnceLoadWhatTheyUnpackedAndNothingOfTheSystem() throws Exception {
    // What Debian's libtorch-dev puts among the system's libraries: another libtorch by these
    // names.
    Path system = Files.createDirectory(temp.resolve("system"));
    for (String name : List.of("libc10.so", "libtorch.so", "libtorch_cpu.so", "libgomp.so.1")) {
      try (InputStream in = libraries.getFirst().url().openStream()) {
        Files.copy(in, system.resolve(name));
      }
    }
    Path cache = temp.resolve("cache");
    List<Process> both = List.of(firstRun(cache, system), firstRun(cache, system));
    for (Process process : both) {
      List<String> said = said(process);
      assertThat(said).endsWith("started");
      Path own = cache.toRealPath();
      assertThat(said)
          .filteredOn(line -> line.matches(".*/lib(c10|torch|gomp|openblas|gfortran).*"))
          .hasSizeGreaterThan(5)
          .allMatch(line -> line.startsWith("mapped: " + own));
    }
  }

  @Tag("long")
  @Test
  void aRunAfterOneThatWasKilledWhileUnpackingStarts() throws Exception {
    Path cache = temp.resolve("cache");
    Process killed = firstRun(cache, temp);
    while (killed.isAlive() && !unpacking(cache)) {
      Thread.sleep(1);
    }
    killed.destroyForcibly().waitFor();
    assertThat(unpacking(cache)).as("killed while unpacking").isTrue();
    assertThat(said(firstRun(cache, temp))).endsWith("started");
    assertThat(unpacking(cache)).as("what the killed one left").isFalse();
  }

  @Test
  void aFirstRunWithoutAFolderIsRefusedInOneLine() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "");
    assertThat(said(firstRun(file, temp)))
        .singleElement()
        .asString()
        .startsWith("refused: libtorch's native libraries (")
        .contains(file + " is not a folder; set OCKHAM_NATIVE_CACHE to a folder");
  }

  /** Whether the large library is being written. */
  private static boolean unpacking(Path cache) throws IOException {
    if (!Files.isDirectory(cache)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(cache)) {
      return files.anyMatch(file -> file.toString().matches(".*libtorch_cpu.*\\.ockham-tmp"));
    }
  }

  private static Process firstRun(Path cache, Path system) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(FirstRun.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(NativeCache.VARIABLE, cache.toString());
    builder.environment().put("LD_LIBRARY_PATH", system.toString());
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static List<String> said(Process process) throws Exception {
    try (OutputStream in = process.getOutputStream();
        InputStream out = process.getInputStream()) {
      in.flush();
      List<String> lines = new String(out.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      process.waitFor();
      return lines;
    }
  }

  private static Path small(Path folder) {
    return folder.resolve("small.jar/org/small/libsmall.so");
  }

  private static boolean mount(String option, Path folder) throws Exception {
    return run("mount", "-t", "tmpfs", "-o", option + ",size=8m", "tmpfs", folder.toString());
  }

  private static boolean run(String... command) throws Exception {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false; // There is no such program.
    }
  }
}
