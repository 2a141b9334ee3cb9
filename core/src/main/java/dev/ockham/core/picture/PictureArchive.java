package dev.ockham.core.picture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The pictures in a zip archive. Nothing is written to disk, and entries are read one by one. */
final class PictureArchive implements PictureFiles {

  /** What an entry may take beyond {@link PictureReader#BEST_PACKING}. */
  private static final int SLACK = 1024;

  private static final Pattern LEADS_OUT =
      Pattern.compile("(^|.*/)\\.\\.(/.*|$)|/.*|[A-Za-z]:.*|.*\\\\.*", Pattern.DOTALL);

  private final Path place;
  private final Predicate<String> wanted;
  private final ZipFile zip;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> others = new ArrayList<>();

  private PictureArchive(Path place, ZipFile zip, Predicate<String> wanted) {
    this.place = place;
    this.wanted = wanted;
    this.zip = zip;
  }

  static PictureArchive open(Path place, Predicate<String> wanted) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(place.toFile());
    } catch (ZipException e) {
      throw new PictureException(
          place.toString(), "is no zip archive that can be read: " + e.getMessage());
    }
    try {
      PictureArchive archive = new PictureArchive(place, zip, wanted);
      archive.list();
      return archive;
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private void list() throws PictureException {
    Set<String> seen = new HashSet<>();
    long stored = 0;
    Enumeration<? extends ZipEntry> all = zip.entries();
    while (all.hasMoreElements()) {
      ZipEntry entry = all.nextElement();
      String name = entry.getName();
      requireTrusted(name);
      if (!seen.add(name)) {
        throw new PictureException(place + ": " + name, "is in the archive twice");
      }
      stored += Math.max(0, entry.getCompressedSize());
      if (!entry.isDirectory()) {
        add(name, entry);
      }
    }
    addEmptyFolders(seen);
    long length = place.toFile().length();
    if (stored > length) {
      throw new PictureException(
          place.toString(),
          "its entries overlap: together they claim %s bytes of a file of %s"
              .formatted(stored, length));
    }
    entries.sort(Comparator.comparing(Entry::path));
  }

  private void addEmptyFolders(Set<String> names) {
    Set<String> filled = new HashSet<>();
    for (String name : names) {
      for (int at = name.length() - 2; at > 0 && !isHidden(name); at--) {
        if (name.charAt(at) == '/') {
          filled.add(name.substring(0, at + 1));
        }
      }
    }
    names.stream()
        .filter(name -> name.endsWith("/") && !isHidden(name) && !filled.contains(name))
        .sorted()
        .forEach(others::add);
  }

  private static boolean isHidden(String path) {
    return Stream.of(path.split("/", -1)).anyMatch(PictureFiles::isHidden);
  }

  private void requireTrusted(String name) throws PictureException {
    if (LEADS_OUT.matcher(name).matches()) {
      throw new PictureException(
          place.toString(),
          "the name of entry '%s' leads out of the archive".formatted(plain(name)));
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new PictureException(
          place.toString(), "the name of entry '%s' has control characters".formatted(plain(name)));
    }
  }

  private static String plain(String name) {
    return name.replaceAll("\\p{Cc}", "?");
  }

  private void add(String name, ZipEntry entry) {
    if (isHidden(name)) {
      return;
    }
    if (wanted.test(name)) {
      entries.add(new Entry(name, entry.getSize(), entry.getCompressedSize()));
    } else {
      others.add(name);
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
    return place + ": " + entry.path();
  }

  @Override
  public byte[] read(Entry entry) throws IOException {
    PictureFiles.requireReadable(where(entry), entry.size());
    if (entry.size() > PictureReader.BEST_PACKING * entry.stored() + SLACK) {
      throw new PictureException(
          where(entry),
          "claims to unpack from %s bytes to %s".formatted(entry.stored(), entry.size()));
    }
    ZipEntry stored = Objects.requireNonNull(zip.getEntry(entry.path()), entry.path());
    byte[] bytes;
    try (InputStream in = zip.getInputStream(stored)) {
      bytes = in.readNBytes((int) entry.size());
      if (bytes.length < entry.size() || in.read() >= 0) {
        throw new PictureException(
            where(entry), "does not unpack to the %s bytes that it claims".formatted(entry.size()));
      }
    } catch (ZipException e) {
      throw new PictureException(where(entry), "cannot be unpacked: " + e.getMessage());
    }
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    if (checksum.getValue() != stored.getCrc()) {
      throw new PictureException(
          where(entry),
          "is damaged: its checksum is %08x, not %08x"
              .formatted(checksum.getValue(), stored.getCrc()));
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
