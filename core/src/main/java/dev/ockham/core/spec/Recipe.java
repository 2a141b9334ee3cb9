package dev.ockham.core.spec;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads recipes: YAML files with the same tree as {@link RunSpec}, any leaf left out. */
public final class Recipe {

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Recipe() {}

  /**
   * The defaults with a recipe laid over them.
   *
   * @throws SpecException naming file, path and value of the first mistake
   * @throws IOException if the file cannot be read
   */
  public static SpecTree read(Path file) throws IOException {
    return parse(Files.readString(file), file.toString());
  }

  /**
   * As {@link #read}, from a recipe that is part of the program.
   *
   * @param near a class of the same jar
   * @param resource absolute name of the resource
   */
  public static SpecTree bundled(Class<?> near, String resource) throws IOException {
    try (InputStream in = near.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException("this build has no recipe " + resource);
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), resource);
    }
  }

  /** As {@link #read}, from text; {@code source} is how mistakes call it. */
  public static SpecTree parse(String yaml, String source) {
    Map<String, Object> overlay;
    try {
      overlay = YAML.readValue(yaml, new TypeReference<Map<String, Object>>() {});
    } catch (JacksonException e) {
      var at = e.getLocation();
      String first = e.getOriginalMessage().lines().findFirst().orElse("not valid YAML");
      throw new SpecException(
          "%s: %s%s"
              .formatted(
                  source,
                  at == null ? "" : "line %d: ".formatted(at.getLineNr()),
                  first.startsWith("Cannot deserialize")
                      ? "a recipe is a group of keys and values"
                      : first));
    }
    SpecTree defaults = SpecTree.of(RunSpec.defaults());
    return overlay == null ? defaults : defaults.with(overlay, source);
  }
}
