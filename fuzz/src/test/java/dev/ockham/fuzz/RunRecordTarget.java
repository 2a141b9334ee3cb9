package dev.ockham.fuzz;

import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.runtime.file.CheckedText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/**
 * Records of runs, {@code run.json}, with a checksum that fits, since nothing else gets further.
 */
public final class RunRecordTarget {

  private RunRecordTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orRead(
        data,
        bytes -> {
          RunFolder folder = new RunFolder(Files.createDirectories(Scratch.file("record")));
          CheckedText.write(folder.record(), new String(bytes, StandardCharsets.UTF_8));
          var _ = RunRecord.read(folder);
        });
  }
}
