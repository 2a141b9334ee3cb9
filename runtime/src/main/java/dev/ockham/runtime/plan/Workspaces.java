package dev.ockham.runtime.plan;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Workspaces of one size that wait for a thread. Taking and giving back allocates nothing. */
final class Workspaces {
  private static final int PLACES = 2 * Runtime.getRuntime().availableProcessors();

  private final AtomicReferenceArray<@Nullable Workspace> idle = new AtomicReferenceArray<>(PLACES);

  /** One that is idle; null if there is none. */
  @Nullable Workspace take() {
    for (int place = 0; place < PLACES; place++) {
      if (idle.get(place) != null) {
        Workspace taken = idle.getAndSet(place, null);
        if (taken != null) {
          return taken;
        }
      }
    }
    return null;
  }

  /** Takes one back; those that are too many go. */
  void give(Workspace workspace) {
    for (int place = 0; place < PLACES; place++) {
      if (idle.get(place) == null && idle.compareAndSet(place, null, workspace)) {
        return;
      }
    }
  }
}
