package dev.ockham.core.spec;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Reads recipes: YAML files with the same tree as {@link RunSpec}, any leaf left out. */
public final class Recipe {

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** The reader of YAML takes time that grows as the square of a comment's length. */
  private static final int MOST_BYTES = 1 << 18;

  private Recipe() {}

  /**
   * The defaults with a recipe laid over them.
   *
   * @throws SpecException naming file, path and value of the first mistake
   * @throws IOException if the file cannot be read
   */
  public static SpecTree read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "is a folder, not a recipe");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new SpecException(
            "%s: has more than %s bytes; a recipe is a page of settings"
                .formatted(file, MOST_BYTES));
      }
      return parse(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(),
          file.toString());
    } catch (CharacterCodingException e) {
      throw new SpecException(file + ": is not text in UTF-8");
    }
  }

  /**
   * Reads a recipe that is part of the program, as {@link #read} does.
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

  /**
   * An alias would be taken for a text that begins with a star, and bytes for what Java calls them.
   */
  private static void requirePlainValues(String yaml, String source) {
    try (YAMLParser tokens = (YAMLParser) YAML.createParser(yaml)) {
      while (tokens.nextToken() != null) {
        if (tokens.isCurrentAlias()) {
          throw new SpecException(
              "%s: line %s: '*%s' stands for a value elsewhere, which recipes do not have; write the value itself, a text that begins with * in quotes"
                  .formatted(
                      source, tokens.currentTokenLocation().getLineNr(), tokens.getString()));
        }
        if (tokens.currentToken() == JsonToken.VALUE_EMBEDDED_OBJECT) {
          throw new SpecException(
              "%s: line %s: '!!binary' says bytes, and no setting is bytes; write the value itself"
                  .formatted(source, tokens.currentTokenLocation().getLineNr()));
        }
      }
    }
  }

  /** Reads a recipe from text, as {@link #read} does; {@code source} is how mistakes call it. */
  public static SpecTree parse(String yaml, String source) {
    Map<String, Object> overlay;
    try {
      requirePlainValues(yaml, source);
      overlay = YAML.readValue(yaml, new TypeReference<Map<String, Object>>() {});
    } catch (JacksonException e) {
      var at = e.getLocation();
      String first = e.getOriginalMessage().lines().findFirst().orElse("not valid YAML");
      if (first.startsWith("No content")) {
        return SpecTree.of(RunSpec.defaults());
      }
      throw new SpecException(
          "%s: %s%s"
              .formatted(
                  source,
                  at == null ? "" : "line %s: ".formatted(at.getLineNr()),
                  first.startsWith("Cannot deserialize")
                      ? "a recipe is a group of keys and values"
                      : first));
    }
    SpecTree defaults = SpecTree.of(RunSpec.defaults());
    if (overlay == null) {
      return defaults;
    }
    SpecTree tree = defaults.with(overlay, source);
    try {
      tree.toSpec();
    } catch (SpecException e) {
      throw new SpecException(source + ": " + e.getMessage());
    }
    return tree;
  }
}
