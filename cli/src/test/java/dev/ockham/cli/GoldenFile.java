package dev.ockham.cli;

import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Results of an earlier build, to compare with: a JSON object in the test resources of the source
 * tree, with an entry of one type per name.
 *
 * @param name of the file
 * @param type a record; of each entry
 */
record GoldenFile<T>(String name, Class<T> type) {

  /** How the file is made anew; the name of the test is to be put in. */
  static final String REFRESH =
      "mvn -q test -pl cli -am -Dtest=%s -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dockham.goldens=write";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** Whether results are to be recorded instead of compared. */
  static boolean writing() {
    return "write".equals(System.getProperty("ockham.goldens"));
  }

  /** All entries; none where there is no file yet. */
  SortedMap<String, T> read() throws IOException {
    SortedMap<String, T> entries = new TreeMap<>();
    if (Files.exists(path())) {
      JSON.readTree(Files.readString(path()))
          .properties()
          .forEach(entry -> entries.put(entry.getKey(), JSON.treeToValue(entry.getValue(), type)));
    }
    return entries;
  }

  /** Records these entries and no others. */
  void write(SortedMap<String, T> entries) throws IOException {
    AtomicFile.writeString(path(), JSON.writeValueAsString(entries) + "\n");
  }

  private Path path() {
    return SourceTree.root().resolve("cli/src/test/resources").resolve(name);
  }

  /** SHA-256 of the bits of floats, as 64 hexadecimal digits. */
  static String sha256(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putInt(Float.floatToRawIntBits(value));
    }
    return sha256(bytes.array());
  }

  /** SHA-256 as 64 hexadecimal digits. */
  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(TinyRuns.sha256(bytes));
  }
}
