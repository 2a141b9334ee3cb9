package dev.ockham.core.picture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One picture in a file of its own, whatever its name ends with.
 *
 * @param place the file
 * @param size its bytes
 */
record SinglePicture(Path place, long size) implements PictureFiles {

  @Override
  public List<Entry> entries() {
    return List.of(new Entry(String.valueOf(place.getFileName()), size, size));
  }

  @Override
  public List<String> others() {
    return List.of();
  }

  @Override
  public String where(Entry entry) {
    return place.toString();
  }

  @Override
  public byte[] read(Entry entry) throws IOException {
    PictureFiles.requireReadable(place.toString(), size);
    return Files.readAllBytes(place);
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
