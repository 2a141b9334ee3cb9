package dev.ockham.core.data;

import dev.ockham.core.picture.PictureFiles;
import java.util.ArrayList;
import java.util.List;

/** Files among pictures that are not read, in words. */
public final class LeftOutFiles {

  private static final int NAMED = 3;

  private LeftOutFiles() {}

  /**
   * Counts and names them; pictures of formats that are not read are told from other files.
   *
   * @param files paths, at least one
   */
  public static String described(List<String> files) {
    List<String> unread = files.stream().filter(PictureFiles::isUnreadPicture).toList();
    List<String> others =
        files.stream().filter(file -> !PictureFiles.isUnreadPicture(file)).toList();
    List<String> parts = new ArrayList<>();
    if (!unread.isEmpty()) {
      parts.add(
          "%s in a format that is not read (%s); JPEG and PNG are"
              .formatted(
                  unread.size() == 1 ? "1 picture" : unread.size() + " pictures", some(unread)));
    }
    if (!others.isEmpty()) {
      parts.add(
          others.size() == 1
              ? "1 file that is no picture: " + some(others)
              : "%s files that are no pictures: %s".formatted(others.size(), some(others)));
    }
    return String.join("; ", parts);
  }

  private static String some(List<String> files) {
    String first = String.join(", ", files.subList(0, Math.min(NAMED, files.size())));
    return files.size() > NAMED ? first + ", ..." : first;
  }
}
