package dev.ockham.core.run;

import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.GraphJson;
import dev.ockham.runtime.graph.Graph;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which run something belongs to: SHA-256 over all that decides its numbers, which are the spec
 * with its seed, the data, the network, and the weights and the teacher that it began with. So a
 * run that is copied, renamed or moved stays the same, and one that begins again is the same too.
 */
final class RunIdentity {
  private static final int SHOWN = 12;

  private RunIdentity() {}

  /** The name of a run that begins, as 64 lowercase hexadecimal digits. */
  static String of(RunRecord run, Graph network) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    Map<String, Object> leaves = new TreeMap<>(SpecTree.of(run.spec()).leaves());
    leaves.forEach((leaf, value) -> add(digest, leaf + "=" + value));
    add(digest, run.data().sha256());
    add(digest, GraphJson.write(network));
    add(digest, run.start() == null ? "" : run.start().sha256());
    add(digest, run.lesson() == null ? "" : run.lesson().sha256());
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A name as messages have it. */
  static String shortened(String id) {
    return id.length() > SHOWN ? id.substring(0, SHOWN) + "…" : id;
  }

  private static void add(MessageDigest digest, String part) {
    digest.update(part.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
