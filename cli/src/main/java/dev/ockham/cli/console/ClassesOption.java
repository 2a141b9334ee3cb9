package dev.ockham.cli.console;

import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the classes of a model are called, as an option of a command that reads a network. */
public final class ClassesOption {

  /** Most bytes of a file of names: a million long ones. */
  private static final long MOST_BYTES = 100_000_000;

  @Option(
      names = "--classes",
      paramLabel = "NAMES",
      description =
          "Names of the classes in the order of the outputs, such as cat,dog,emu; or a file with a"
              + " name on each line. Default: those of the file, or of --data.")
  private @Nullable String classes;

  /**
   * The rules with the names that were given.
   *
   * @param rules those of the file
   * @param ofData names of the classes of data that were read; may be empty
   * @param model what has the classes
   * @param file what messages call it
   * @throws SpecException if there are not as many names as outputs, or one is there twice
   * @throws IOException if a file of names cannot be read
   */
  public DataRules over(DataRules rules, List<String> ofData, Model model, Path file)
      throws IOException {
    int outputs = outputs(model);
    if (classes == null) {
      boolean take = rules.classes().isEmpty() && !ofData.isEmpty() && ofData.size() == outputs;
      return take ? rules.withClasses(ofData) : rules;
    }
    List<String> names = names(classes);
    if (outputs == 0) {
      throw new SpecException(
          "--classes: %s does not give one vector, a number for each class".formatted(file));
    }
    if (names.size() != outputs) {
      throw new SpecException(
          "--classes has %s names, but %s gives %s numbers".formatted(names.size(), file, outputs));
    }
    try {
      return rules.withClasses(names);
    } catch (IllegalArgumentException e) {
      throw new SpecException("--classes: " + e.getMessage());
    }
  }

  /** How many numbers a model gives; 0 where that is not one vector. */
  private static int outputs(Model model) {
    List<String> outputs = model.graph().outputs();
    Shape shape = model.graph().shape(outputs.getFirst());
    return outputs.size() == 1 && shape.rank() == 1 ? shape.size() : 0;
  }

  private static List<String> names(String text) throws IOException {
    Path file = fileOf(text);
    if (file == null) {
      return List.of(text.split("\\s*,\\s*", -1));
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new SpecException(
          "--classes: %s has %s bytes, more than %s".formatted(file, Files.size(file), MOST_BYTES));
    }
    try {
      List<String> lines = Files.readAllLines(file);
      return apart(lines.stream().map(String::strip).filter(line -> !line.isEmpty()).toList());
    } catch (CharacterCodingException e) {
      throw new SpecException("--classes: %s is no text in UTF-8".formatted(file));
    }
  }

  private static @Nullable Path fileOf(String text) {
    try {
      Path path = Path.of(text);
      return Files.isRegularFile(path) ? path : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** ImageNet has two cranes: a name that is there before gets a number. */
  private static List<String> apart(List<String> names) {
    Map<String, Integer> seen = new HashMap<>();
    List<String> apart = new ArrayList<>();
    for (String name : names) {
      int number = seen.merge(name, 1, Integer::sum);
      apart.add(number == 1 ? name : name + " (" + number + ")");
    }
    return apart;
  }
}
