package dev.ockham.core.sequence;

import dev.ockham.core.picture.PictureFiles;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** What the files of a folder or a zip archive are, by the ends of their names. */
public enum FolderKind {
  /** Most are {@code .txt} in folders. */
  TEXTS,
  /** Most are {@code .wav}. */
  SOUNDS,
  /** Pictures, or none of these. */
  OTHER;

  /** So many are looked at. */
  private static final int LOOKED_AT = 1000;

  /**
   * The kind of a folder or archive; {@link #OTHER} where it cannot be read.
   *
   * @param place exists
   */
  public static FolderKind of(Path place) throws IOException {
    Counts counts = new Counts();
    if (Files.isDirectory(place)) {
      walk(place, counts);
      return counts.kind();
    }
    try (ZipFile zip = new ZipFile(place.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements() && counts.seen < LOOKED_AT) {
        String name = entries.nextElement().getName();
        counts.add(name, name.indexOf('/') > 0);
      }
      return counts.kind();
    } catch (ZipException e) {
      return OTHER; // whoever reads it says what is wrong
    }
  }

  private static void walk(Path place, Counts counts) throws IOException {
    Files.walkFileTree(
        place,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes facts) {
            counts.add(path.toString(), !place.equals(path.getParent()));
            return counts.seen < LOOKED_AT ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** How many files of each kind were seen. */
  private static final class Counts {
    private int texts;
    private int sounds;
    private int pictures;
    private int seen;

    void add(String path, boolean inFolder) {
      String name = path.toLowerCase(Locale.ROOT);
      texts += name.endsWith(".txt") && inFolder ? 1 : 0;
      sounds += name.endsWith(".wav") ? 1 : 0;
      pictures += PictureFiles.isNamedPicture(name) ? 1 : 0;
      seen++;
    }

    FolderKind kind() {
      if (sounds > Math.max(texts, pictures)) {
        return SOUNDS;
      }
      return texts > pictures && texts >= sounds ? TEXTS : OTHER;
    }
  }
}
