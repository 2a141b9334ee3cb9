package dev.ockham.core.arch;

import dev.ockham.core.name.BareName;
import dev.ockham.runtime.file.CheckedText;
import dev.ockham.runtime.file.GraphJson;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where a run's network comes from, as a text: a name or a {@code net:} text that {@link
 * Architectures#parse} knows; the path of a file that ends with {@value #FILE}, a graph as {@link
 * GraphJson} writes it and run folders keep it; that of a model file, whose network it is ({@link
 * ModelNetwork}); or {@value #OWN} and a name, for a graph that a program made and nobody but the
 * run folder has.
 */
public final class NetworkSource {

  /** What names of files end with that hold a graph alone. */
  public static final String FILE = ".json";

  /** What stands before the names of graphs that a program made. */
  public static final String OWN = "own:";

  private NetworkSource() {}

  /**
   * Checks a text, without looking at any file.
   *
   * @throws IllegalArgumentException naming what is wrong and, for a misspelt name, the nearest one
   */
  public static void require(String text) {
    if (!isFile(text) && !text.startsWith(OWN) && !FittedSizes.claims(text)) {
      Architectures.parse(text);
    }
  }

  /** Whether a text is the path of a file. */
  public static boolean isFile(String text) {
    return text.endsWith(FILE) || ModelNetwork.isNamed(text);
  }

  /** The text of a network: its name, with {@value #OWN} before it where that says no network. */
  public static String of(Architecture architecture) {
    String name = architecture.name();
    boolean listed =
        Architectures.claims(name)
            && Architectures.parse(name).graph().equals(architecture.graph());
    return listed || isFile(name) || name.startsWith(OWN) ? name : OWN + name;
  }

  /** What people call the network of a text: that of a file is called like the file. */
  public static String title(String text) {
    return isFile(text) ? BareName.of(text) : text;
  }

  /**
   * The network of a text; one that is read from a file is called like the file.
   *
   * @throws IllegalArgumentException if the text is none of a network, or of one that only a
   *     program has
   * @throws MalformedFileException if the file does not hold a network with weights
   * @throws IOException if the file cannot be read
   */
  public static Architecture read(String text) throws IOException {
    if (text.startsWith(OWN)) {
      throw new IllegalArgumentException(
          "architecture '"
              + text
              + "' is a program's own; nothing but a folder of its runs has it");
    }
    return isFile(text) ? read(text, Path.of(text)) : Architectures.parse(text);
  }

  /**
   * The network in a file.
   *
   * @param text of the network, which gives it its name
   * @throws MalformedFileException if the file does not hold a network with weights
   * @throws IOException if the file cannot be read
   */
  public static Architecture read(String text, Path file) throws IOException {
    String name = title(text);
    if (ModelNetwork.isNamed(file.toString())) {
      return ofModel(name, file);
    }
    try {
      return new Architecture(name, GraphJson.read(CheckedText.read(file).text()));
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(file, "network", String.valueOf(e.getMessage()));
    }
  }

  private static Architecture ofModel(String name, Path file) throws IOException {
    Model model = ModelNetwork.read(file).model();
    try {
      return ModelNetwork.of(name, model);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(file, "network", String.valueOf(e.getMessage()));
    }
  }
}
