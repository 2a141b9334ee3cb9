package dev.ockham.train.fault;

/** What happens at an operation on files, and to all that follow. */
enum Fault {
  /** The process dies before it; what it wrote stays. */
  KILL,
  /** The process dies in the middle of it: a write leaves half of its bytes. */
  HALF_WRITTEN,
  /** The power fails: the process dies, and what was not forced to the disk is gone. */
  POWER,
  /** The disk is full: a write leaves half of its bytes, and nothing new can be made. */
  FULL_DISK,
  /** The disk takes no change any more. */
  READ_ONLY;

  /** Whether the process is gone. */
  boolean kills() {
    return switch (this) {
      case KILL, HALF_WRITTEN, POWER -> true;
      case FULL_DISK, READ_ONLY -> false;
    };
  }
}
