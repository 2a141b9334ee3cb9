package dev.ockham.lab.page;

import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes what an experiment found as files. */
public final class LabFolder {

  private LabFolder() {}

  /**
   * Writes {@code index.html}, {@code result.json} and the pictures into a folder, which is made
   * where it is missing. Files of these names are replaced, others stay. If one cannot be written,
   * those that are new go again.
   *
   * @param json the page's result as JSON text
   * @return the paths written, by file name
   */
  public static SortedMap<String, Path> write(LabPage page, String json, Path folder)
      throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    Map<String, Map<String, byte[]>> pictures = new LinkedHashMap<>();
    for (Figure figure : page.figures()) {
      Map<String, byte[]> formats = figure.drawing().files();
      pictures.put(figure.name(), formats);
      formats.forEach((ending, bytes) -> files.put(figure.name() + "." + ending, bytes));
    }
    files.put("result.json", json.getBytes(StandardCharsets.UTF_8));
    files.put("index.html", HtmlPage.of(page, pictures).getBytes(StandardCharsets.UTF_8));
    boolean made = !Files.exists(folder);
    Files.createDirectories(folder);
    SortedMap<String, Path> written = new TreeMap<>();
    List<Path> added = new ArrayList<>();
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path path = folder.resolve(file.getKey());
        boolean isNew = !Files.exists(path);
        AtomicFile.writeBytes(path, file.getValue());
        if (isNew) {
          added.add(path);
        }
        written.put(file.getKey(), path);
      }
    } catch (IOException e) {
      for (Path path : added) {
        Files.deleteIfExists(path);
      }
      if (made) {
        Files.deleteIfExists(folder);
      }
      throw e;
    }
    return written;
  }
}
