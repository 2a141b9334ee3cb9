package dev.ockham.dist;

import dev.ockham.cli.Ockham;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import picocli.CommandLine;

/**
 * Fills the folder that becomes an archive.
 *
 * @param root of the source tree
 * @param stage the folder, named like the archive; what is there goes
 * @param platform as JavaCPP names it, such as {@code linux-x86_64}
 * @param jars everything on the command's class path, in its order
 */
public record Distribution(Path root, Path stage, String platform, List<Path> jars) {

  /** A jar of JavaCPP's in a Maven repository. */
  private static final Pattern NATIVE =
      Pattern.compile(".*/(org/bytedeco/[^/]+/[^/]+/[^/]+\\.jar)");

  /** Copies the list. */
  public Distribution {
    jars = List.copyOf(jars);
  }

  /** Takes the source tree, the folder, the platform and a file with the class path. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String classPath = Files.readString(Path.of(arguments[3])).strip();
    new Distribution(
            Path.of(arguments[0]).toRealPath(),
            Path.of(arguments[1]),
            arguments[2],
            Stream.of(classPath.split(File.pathSeparator, -1)).map(Path::of).toList())
        .fill();
  }

  private void fill() throws IOException, InterruptedException {
    delete(stage);
    Path lib = Files.createDirectories(stage.resolve("lib"));
    List<Path> ours = jars.stream().filter(jar -> !isNative(jar)).toList();
    for (Path jar : ours) {
      Path target = lib.resolve(jar.getFileName());
      if (String.valueOf(jar.getFileName()).startsWith("picocli-")) {
        ClassFiles.convert(jar, target);
      } else {
        ForeignLibraries.leaveOut(jar, target, platform);
      }
    }
    NativeList.write(
        jars.stream().filter(this::isNative).toList(), platform, lib.resolve("libtorch.list"));
    List<String> names = ours.stream().map(jar -> String.valueOf(jar.getFileName())).toList();
    Launcher.write(root.resolve("dist/src/main/launcher"), names, isWindows(), stage);
    for (String text : List.of("LICENSE", "NOTICE")) {
      Files.copy(root.resolve(text), stage.resolve(text));
    }
    // The network of the first page's example.
    Path models = Files.createDirectories(stage.resolve("examples/models"));
    Files.copy(root.resolve("examples/models/clothes.onnx"), models.resolve("clothes.onnx"));
    if (isWindows()) {
      return;
    }
    if (!platform.equals(Loader.Detector.getPlatform())) {
      throw new IOException(
          "an archive for %s, with its Java runtime, can only be made there".formatted(platform));
    }
    JavaRuntime.link(stage.resolve("runtime"));
    StartUp.rehearse(root, stage, names);
    CommandLine command = Ockham.commandLine();
    Completions.write(command, stage.resolve("share"));
    ManualPages.write(command, stage.resolve("share/man/man1"));
    HelpPages.write(command, stage.resolve("share/ockham/help"));
  }

  private boolean isWindows() {
    return platform.startsWith("windows");
  }

  /** Whether a jar has libtorch or what it needs, which the first training fetches. */
  private boolean isNative(Path jar) {
    return NATIVE.matcher(place(jar)).matches() && place(jar).endsWith("-" + platform + ".jar");
  }

  /** With slashes, on every system. */
  private static String place(Path jar) {
    return jar.toString().replace('\\', '/');
  }

  /** Where such a jar is in a Maven repository. */
  static String inRepository(Path jar) {
    Matcher matcher = NATIVE.matcher(place(jar));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(jar + " is no jar of JavaCPP's");
    }
    return matcher.group(1);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
