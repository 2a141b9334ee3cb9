package dev.ockham.core.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** Which Ockham this is, and what it runs on. */
public final class Software {

  private static final Properties BUILD = build();

  private Software() {}

  /** Ockham's version, such as {@code 0.1.0-SNAPSHOT}. */
  public static String version() {
    return BUILD.getProperty("git.build.version", "unknown");
  }

  /** The commit that it was built from; {@code unknown} outside a git checkout. */
  public static String commit() {
    boolean changed = Boolean.parseBoolean(BUILD.getProperty("git.dirty"));
    return BUILD.getProperty("git.commit.id.abbrev", "unknown") + (changed ? "+changes" : "");
  }

  /** Versions to write beside a result, by name. */
  public static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("ockham", version());
    versions.put("commit", commit());
    versions.put("java", Runtime.version().toString());
    versions.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return versions;
  }

  private static Properties build() {
    Properties properties = new Properties();
    try (InputStream in = Software.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
