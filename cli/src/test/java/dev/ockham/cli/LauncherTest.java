package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher in a source tree of its own, where {@code mvn} is a script that counts its calls and
 * writes over the jars in the target folder.
 */
@Execution(ExecutionMode.CONCURRENT)
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  private static final String MAIN =
      """
      package dev.ockham.cli;
      public class Ockham {
        public static void main(String[] arguments) throws Exception {
          if (arguments[0].equals("hold")) {
            System.out.println("held");
            System.out.flush();
            System.in.read();
          }
          System.out.println(Late.say());
        }
      }
      """;

  private static final String MVN =
      """
      #!/usr/bin/env bash
      echo called >> "$FAKE/calls"
      # In short pieces: who kills this script leaves nothing that sleeps on and holds a lock.
      [ ! -e "$FAKE/slow" ] || for ((i = 0; i < $(cat "$FAKE/slow") * 10; i++)); do sleep 0.1; done
      [ ! -e "$FAKE/broken" ] || exit 1
      mkdir -p cli/target/lib
      cat "$FAKE/main.jar" > cli/target/ockham-cli.jar
      cat "$FAKE/late.jar" > cli/target/lib/late.jar
      cat "$FAKE/same.jar" > cli/target/lib/same.jar
      """;

  /** What the launcher calls, for a PATH without {@code flock}. */
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "cat",
          "cmp",
          "cp",
          "date",
          "dirname",
          "env",
          "find",
          "grep",
          "ln",
          "mkdir",
          "mv",
          "ps",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "stty");

  @TempDir(factory = TempDirFactory.Standard.class)
  Path temp;

  private final List<Process> started = new ArrayList<>();
  private Path root = Path.of("");
  private Path fake = Path.of("");
  private String path = "";

  @BeforeEach
  void sourceTree() throws IOException {
    root = Files.createDirectories(temp.resolve("tree")).toRealPath();
    fake = Files.createDirectories(temp.resolve("fake"));
    Files.createDirectories(root.resolve("cli/src/main"));
    Files.createDirectories(root.resolve("recipes"));
    Files.writeString(root.resolve("pom.xml"), "");
    Files.writeString(root.resolve("cli/pom.xml"), "");
    Files.copy(SourceTree.root().resolve("ockham"), root.resolve("ockham"));
    executable(root.resolve("ockham"));
    Files.writeString(fake.resolve("mvn"), MVN);
    executable(fake.resolve("mvn"));
    jar(fake.resolve("same.jar"), "Same", "class Same {}");
    jar(fake.resolve("main.jar"), "Ockham", MAIN + late(0));
    path = fake + ":" + System.getenv("PATH");
    source(1);
  }

  @AfterEach
  void end() {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Tag("long")
  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @ValueSource(booleans = {true, false})
  void twoFirstCallsAtOnceBuildOnce(boolean flock) throws Exception {
    if (!flock) {
      withoutFlock();
    }
    Files.writeString(fake.resolve("slow"), "2");
    Process first = call("say");
    Process second = call("say");
    assertThat(ended(first)).isEqualTo("version 1");
    assertThat(ended(second)).isEqualTo("version 1");
    assertThat(calls()).isEqualTo(1);
    assertThat(ended(call("say"))).isEqualTo("version 1");
    assertThat(calls()).isEqualTo(1);
  }

  @ParameterizedTest
  @Execution(ExecutionMode.SAME_THREAD)
  @ValueSource(booleans = {true, false})
  void aCallAfterOneThatWasKilledWhileBuildingBuilds(boolean flock) throws Exception {
    if (!flock) {
      withoutFlock();
    }
    Files.writeString(fake.resolve("slow"), "600");
    Process killed = call("say");
    while (killed.isAlive() && calls() == 0) {
      Thread.sleep(10);
    }
    killed.descendants().forEach(ProcessHandle::destroyForcibly);
    killed.destroyForcibly().waitFor();
    Files.delete(fake.resolve("slow"));
    assertThat(ended(call("say"))).isEqualTo("version 1");
    assertThat(builds()).hasSize(1);
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aBuildChangesNothingThatRuns() throws Exception {
    Process running = held();
    source(2);
    assertThat(ended(call("say"))).isEqualTo("version 2");
    assertThat(calls()).isEqualTo(2);
    assertThat(released(running)).isEqualTo("version 1");
  }

  @Tag("long")
  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aBuildThatRunsStaysAndOthersGo() throws Exception {
    Process running = held();
    List<Path> first = builds();
    for (int version = 2; version <= 4; version++) {
      source(version);
      assertThat(ended(call("say"))).isEqualTo("version " + version);
    }
    assertThat(builds()).hasSize(3).containsAll(first);
    assertThat(released(running)).isEqualTo("version 1");
    source(5);
    assertThat(ended(call("say"))).isEqualTo("version 5");
    assertThat(builds()).hasSize(2).doesNotContainAnyElementsOf(first);
  }

  @Tag("long")
  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void whatStaysTheSameIsSharedByBuilds() throws Exception {
    assertThat(ended(call("say"))).isEqualTo("version 1");
    source(2);
    assertThat(ended(call("say"))).isEqualTo("version 2");
    List<Path> both = builds();
    assertThat(both).hasSize(2);
    Path before = both.getFirst().resolve("lib");
    Path after = both.getLast().resolve("lib");
    assertThat(Files.isSameFile(before.resolve("same.jar"), after.resolve("same.jar"))).isTrue();
    assertThat(Files.isSameFile(before.resolve("late.jar"), after.resolve("late.jar"))).isFalse();
  }

  @Tag("long")
  @Test
  @Execution(ExecutionMode.SAME_THREAD)
  void aBuildThatFailsIsNeverSeen() throws Exception {
    assertThat(ended(call("say"))).isEqualTo("version 1");
    List<Path> before = builds();
    source(2);
    Files.writeString(fake.resolve("broken"), "");
    assertThat(ended(call("say"))).isEmpty();
    assertThat(builds()).isEqualTo(before);
    Files.delete(fake.resolve("broken"));
    Files.write(fake.resolve("late.jar"), new byte[10]);
    assertThat(ended(call("say"))).isEmpty();
    assertThat(builds()).isEqualTo(before);
    source(3);
    assertThat(ended(call("say"))).isEqualTo("version 3");
  }

  /** A source that is newer than every build, and what it compiles to. */
  private void source(int version) throws IOException {
    Path file = root.resolve("cli/src/main/source");
    Files.writeString(file, "version " + version);
    jar(fake.resolve("late.jar"), "Late", MAIN + late(version));
    // File systems may count in ticks of some milliseconds.
    Instant later = Instant.now().plusMillis(20);
    Files.setLastModifiedTime(file, FileTime.from(later));
    while (Instant.now().isBefore(later.plusMillis(20))) {
      Thread.onSpinWait();
    }
  }

  private static String late(int version) {
    return "class Late { static String say() { return \"version %s\"; } }".formatted(version);
  }

  /** A jar with one class of a source text. */
  private void jar(Path target, String name, String source) throws IOException {
    Path classes = Files.createTempDirectory(temp, "classes");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source.replace("public class", "class");
          }
        };
    List<String> options = List.of("-d", classes.toString(), "-proc:none");
    assertThat(compiler.getTask(null, null, null, options, null, List.of(file)).call()).isTrue();
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(target));
        Stream<Path> files = Files.walk(classes)) {
      for (Path each : files.filter(f -> f.endsWith(name + ".class")).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
        out.write(Files.readAllBytes(each));
      }
    }
  }

  private void withoutFlock() throws IOException {
    Path tools = Files.createDirectory(temp.resolve("tools"));
    for (String tool : TOOLS) {
      for (String folder : System.getenv("PATH").split(":", -1)) {
        Path there = Path.of(folder, tool);
        if (Files.isExecutable(there) && !Files.exists(tools.resolve(tool))) {
          Files.createSymbolicLink(tools.resolve(tool), there);
        }
      }
    }
    path = fake + ":" + tools;
  }

  private Process call(String command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(root.resolve("ockham").toString(), command);
    builder.environment().put("FAKE", fake.toString());
    builder.environment().put("PATH", path);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    started.add(process);
    return process;
  }

  /** A call that has begun, and loads a class once it is released. */
  private Process held() throws IOException {
    Process process = call("hold");
    assertThat(line(process)).isEqualTo("held");
    return process;
  }

  private static String released(Process process) throws Exception {
    try (OutputStream in = process.getOutputStream()) {
      in.write('\n');
    }
    return ended(process);
  }

  private static String ended(Process process) throws Exception {
    String said = line(process);
    process.waitFor();
    return said == null ? "" : said;
  }

  private static @Nullable String line(Process process) throws IOException {
    return process.inputReader().readLine();
  }

  private int calls() throws IOException {
    Path file = fake.resolve("calls");
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  /** In the order in which they were made. */
  private List<Path> builds() throws IOException {
    try (Stream<Path> all = Files.list(root.resolve(".ockham/builds"))) {
      return all.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static void executable(Path file) {
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
