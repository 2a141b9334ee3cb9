package dev.ockham.core.data;

import dev.ockham.core.picture.PictureFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Files among pictures that are not read, and folders without any, in words. */
public final class LeftOutFiles {

  private static final int NAMED = 3;

  private LeftOutFiles() {}

  /**
   * Counts and names them; pictures of formats that are not read are told from other files.
   *
   * @param files paths; of folders they end with a slash
   * @param wanted what is read, such as {@code pictures}
   * @return empty for no files
   */
  public static String described(List<String> files, String wanted) {
    Predicate<String> isUnread =
        file -> wanted.equals("pictures") && PictureFiles.isUnreadPicture(file);
    List<String> unread = files.stream().filter(isUnread).toList();
    List<String> folders = files.stream().filter(file -> file.endsWith("/")).toList();
    List<String> others =
        files.stream().filter(file -> !isUnread.test(file) && !file.endsWith("/")).toList();
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
              ? "1 file that is no %s: %s".formatted(singular(wanted), some(others))
              : "%s files that are no %s: %s".formatted(others.size(), wanted, some(others)));
    }
    if (!folders.isEmpty()) {
      parts.add(
          (folders.size() == 1 ? "1 empty folder: " : folders.size() + " empty folders: ")
              + some(folders));
    }
    return String.join("; ", parts);
  }

  private static String singular(String wanted) {
    return wanted.substring(0, wanted.length() - 1);
  }

  private static String some(List<String> files) {
    String first = String.join(", ", files.subList(0, Math.min(NAMED, files.size())));
    return files.size() > NAMED ? first + ", ..." : first;
  }
}
