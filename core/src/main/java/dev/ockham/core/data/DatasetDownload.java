package dev.ockham.core.data;

import dev.ockham.core.data.DatasetEntry.Published;
import dev.ockham.core.data.DatasetNotFoundException.Attempt;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * Brings a published data set into a folder, from the first of its homes that works. Files that are
 * already there and right are kept, wrong ones replaced. One process at a time.
 */
final class DatasetDownload {
  private final DatasetEntry entry;
  private final Published published;
  private final Path folder;
  private final DownloadPolicy policy;
  private final DownloadListener listener;
  private final DebianDownload debian;

  DatasetDownload(
      DatasetEntry entry,
      Published published,
      Path folder,
      DownloadPolicy policy,
      DownloadListener listener,
      DebianDownload debian) {
    this.entry = entry;
    this.published = published;
    this.folder = folder;
    this.policy = policy;
    this.listener = listener;
    this.debian = debian;
  }

  /**
   * Runs the download.
   *
   * @param attempts gets what failed and why
   * @return whether the folder now has all four files, each with its published hash
   */
  boolean run(List<Attempt> attempts) {
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = lock(channel)) {
        assert lock.isValid();
        deleteWrongFiles();
        return fromHomes(attempts) || fromDebian(attempts);
      }
    } catch (IOException e) {
      attempts.add(new Attempt("download into " + folder, DatasetResolver.reason(e)));
      return false;
    }
  }

  /** Waits for another process that downloads the same, so that two never write to one part. */
  private FileLock lock(FileChannel channel) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      listener.notice("waiting for another process that downloads to " + folder);
      lock = channel.lock();
    }
    return lock;
  }

  private void deleteWrongFiles() throws IOException {
    for (IdxPart part : IdxPart.values()) {
      // Several spellings may be there, and the first one would be read.
      for (Optional<Path> file = IdxFolder.file(folder, part);
          file.isPresent() && !isRight(part, file.get());
          file = IdxFolder.file(folder, part)) {
        Files.delete(file.get());
      }
    }
  }

  private boolean isRight(IdxPart part, Path file) throws IOException {
    try {
      requireHash(part, file);
      return true;
    } catch (MalformedDataException e) {
      listener.notice(e.getMessage() + "; deleted");
      return false;
    }
  }

  private boolean fromHomes(List<Attempt> attempts) {
    for (URI home : published.homes()) {
      try (var downloader = new Downloader(policy, listener)) {
        for (IdxPart part : IdxPart.values()) {
          if (IdxFolder.file(folder, part).isEmpty()) {
            downloader.fetch(
                home.resolve(part.publishedName()),
                folder.resolve(part.publishedName()),
                file -> requireHash(part, file));
          }
        }
        return true;
      } catch (IOException e) {
        attempts.add(new Attempt("download from " + home, DatasetResolver.reason(e)));
      }
    }
    return false;
  }

  private boolean fromDebian(List<Attempt> attempts) {
    if (published.debianPackage().isEmpty()) {
      return false;
    }
    String name = published.debianPackage().get();
    String place = "apt-get download " + name;
    if (!debian.available()) {
      attempts.add(new Attempt(place, "this machine has no apt-get or no dpkg-deb"));
      return false;
    }
    try {
      debian.fetch(name, entry.name(), this::keep);
      return true;
    } catch (IOException e) {
      attempts.add(new Attempt(place, DatasetResolver.reason(e)));
      return false;
    }
  }

  private void keep(Path unpacked) throws IOException {
    IdxFolder found = IdxFolder.of(unpacked);
    if (!found.isComplete()) {
      throw new IOException("the package holds other files: " + found.missing());
    }
    for (IdxPart part : IdxPart.values()) {
      if (IdxFolder.file(folder, part).isEmpty()) {
        Path file = IdxFolder.file(unpacked, part).orElseThrow();
        requireHash(part, file);
        Path target = folder.resolve(part.publishedName());
        Path copy = PartFile.of(target);
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        PartFile.publish(copy, target);
      }
    }
  }

  private void requireHash(IdxPart part, Path file) throws IOException {
    PublishedHash.require(entry, published, part, IdxSource.ofFile(file));
  }
}
