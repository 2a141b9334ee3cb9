package dev.ockham.core.start;

import dev.ockham.runtime.file.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * PyTorch's attention has the weights of queries, keys and values in one tensor, {@code
 * in_proj_weight} of {@code [3·width, width]} with {@code in_proj_bias}; here they are three
 * layers.
 */
final class InProjection {

  /** What each third is called, in PyTorch's order. */
  private static final List<String> THIRDS = List.of("query", "key", "value");

  private static final List<String> PARTS = List.of("weight", "bias");
  private static final String JOINED = "in_proj_";

  private InProjection() {}

  /**
   * The tensors with each such tensor as three: {@code attn.in_proj_weight} as {@code
   * attn.query.weight}, {@code attn.key.weight} and {@code attn.value.weight}.
   */
  static SortedMap<String, StoredTensor> split(SortedMap<String, StoredTensor> tensors) {
    SortedMap<String, StoredTensor> apart = new TreeMap<>(NaturalOrder.OF_NAMES);
    tensors.forEach((name, tensor) -> {
      String part = name.substring(name.lastIndexOf('.') + 1);
      if (!part.startsWith(JOINED)
          || !PARTS.contains(part.substring(JOINED.length()))
          || tensor.shape().isEmpty()
          || tensor.shape().getFirst() % THIRDS.size() != 0) {
        apart.put(name, tensor);
        return;
      }
      String layer = name.substring(0, name.length() - part.length());
      for (int third = 0; third < THIRDS.size(); third++) {
        apart.put(
            layer + THIRDS.get(third) + "." + part.substring(JOINED.length()),
            third(tensor, third));
      }
    });
    return apart;
  }

  private static StoredTensor third(StoredTensor tensor, int index) {
    List<Long> shape = new ArrayList<>(tensor.shape());
    shape.set(0, shape.getFirst() / THIRDS.size());
    ByteBuffer all = tensor.data().order(ByteOrder.LITTLE_ENDIAN);
    int bytes = all.remaining() / THIRDS.size();
    ByteBuffer own = all.slice(all.position() + index * bytes, bytes);
    return new StoredTensor(tensor.dtype(), shape, own.order(ByteOrder.LITTLE_ENDIAN));
  }
}
