package dev.ockham.dist;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Native libraries of other platforms, which some jars bring for twenty of them. An archive is for
 * one, and is 9 MB smaller without the others.
 */
final class ForeignLibraries {

  /** What a folder may be called that has libraries for a system or processor. */
  private static final Map<String, Set<String>> FOLDERS =
      Map.of(
          "linux", Set.of("linux"),
          "macosx", Set.of("mac", "darwin"),
          "windows", Set.of("windows", "win"),
          "x86_64", Set.of("x86_64", "amd64"),
          "arm64", Set.of("arm64", "aarch64"));

  private ForeignLibraries() {}

  /**
   * Copies a jar without them.
   *
   * @param platform that is kept, such as {@code linux-x86_64}
   */
  static void leaveOut(Path from, Path to, String platform) throws IOException {
    try (JarFile jar = new JarFile(from.toFile())) {
      List<JarEntry> entries = Collections.list(jar.entries());
      if (entries.stream().noneMatch(entry -> isForeign(entry.getName(), platform))) {
        Files.copy(from, to);
        return;
      }
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
        for (JarEntry entry : entries) {
          if (!isForeign(entry.getName(), platform)) {
            JarEntry copy = new JarEntry(entry.getName());
            copy.setTime(entry.getTime());
            out.putNextEntry(copy);
            try (InputStream in = jar.getInputStream(entry)) {
              in.transferTo(out);
            }
          }
        }
      }
    }
  }

  private static boolean isForeign(String entry, String platform) {
    if (!entry.matches(".*\\.(so|dll|dylib|jnilib|a)")) {
      return false;
    }
    List<String> folders = List.of(entry.toLowerCase(Locale.ROOT).split("/", -1));
    for (String part : platform.split("-", 2)) {
      Set<String> names = FOLDERS.getOrDefault(part, Set.of(part));
      if (Collections.disjoint(names, folders)) {
        return true;
      }
    }
    return false;
  }
}
