package dev.ockham.core.picture;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The pictures in a folder and all folders below it; links are followed. */
final class PictureFolder implements PictureFiles {

  private final Path place;
  private final Predicate<String> wanted;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> others = new ArrayList<>();

  private PictureFolder(Path place, Predicate<String> wanted) {
    this.place = place;
    this.wanted = wanted;
  }

  static PictureFolder open(Path place, Predicate<String> wanted) throws IOException {
    PictureFolder folder = new PictureFolder(place, wanted);
    Files.walkFileTree(
        place,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          // Whether nothing was seen in the folder that was entered last.
          private boolean empty;

          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes facts) {
            if (!path.equals(place) && PictureFiles.isHidden(name(path))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            empty = true;
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, @Nullable IOException e)
              throws IOException {
            if (empty && !path.equals(place)) {
              folder.others.add(folder.relative(path) + "/");
            }
            empty = false;
            return super.postVisitDirectory(path, e);
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes facts) {
            empty &= PictureFiles.isHidden(name(path));
            folder.add(path, facts);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
            switch (e) {
              case FileSystemLoopException _ ->
                  throw new PictureException(path.toString(), "is a link to a folder above it");
              case NoSuchFileException _ ->
                  throw new PictureException(path.toString(), "is a link to nothing");
              default -> throw e;
            }
          }
        });
    folder.entries.sort(Comparator.comparing(Entry::path));
    folder.others.sort(Comparator.naturalOrder());
    return folder;
  }

  private static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  /** The path from the folder, with slashes on every machine. */
  private String relative(Path path) {
    List<String> names = new ArrayList<>();
    place.relativize(path).forEach(part -> names.add(part.toString()));
    return String.join("/", names);
  }

  private void add(Path path, BasicFileAttributes facts) {
    if (PictureFiles.isHidden(name(path))) {
      return;
    }
    String relative = relative(path);
    if (facts.isRegularFile() && wanted.test(relative)) {
      entries.add(new Entry(relative, facts.size(), facts.size()));
    } else {
      others.add(relative);
    }
  }

  @Override
  public Path place() {
    return place;
  }

  @Override
  public List<Entry> entries() {
    return entries;
  }

  @Override
  public List<String> others() {
    return others;
  }

  @Override
  public String where(Entry entry) {
    return place.resolve(entry.path()).toString();
  }

  @Override
  public byte[] read(Entry entry) throws IOException {
    PictureFiles.requireReadable(where(entry), entry.size());
    return Files.readAllBytes(place.resolve(entry.path()));
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
