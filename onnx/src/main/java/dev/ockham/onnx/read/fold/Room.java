package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.argument.NodeView;

/** How many numbers folding may still make: a few bytes of a hostile file can ask for billions. */
final class Room {
  private long left;

  Room(long most) {
    left = most;
  }

  /** Asks for room, before anything is allocated. */
  void take(NodeView view, long numbers) {
    left -= Math.max(0, numbers);
    if (left < 0) {
      throw view.node()
          .unsupported(
              "computing it in advance would make more constants than the model has weights");
    }
  }
}
