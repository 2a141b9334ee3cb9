package dev.ockham.train.engine;

import dev.ockham.core.data.DownloadListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * Loads libtorch and gives every native call exactly one thread. The cores belong to Ockham: each
 * of its threads computes a share of the batch, and inside a native call nothing forks. libtorch's
 * OpenMP team and OpenBLAS's own threads together made a step ten times slower.
 */
public final class Libtorch {

  private static boolean started;
  private static boolean oneDnn;

  private static DownloadListener listener = DownloadListener.SILENT;

  private Libtorch() {}

  /** Says who hears of the download by {@link #start}, for the rest of this process. */
  public static synchronized void tell(DownloadListener hearer) {
    listener = hearer;
  }

  /**
   * Loads the native libraries; does nothing when they are loaded already. The first time on a
   * machine it unpacks them, about 470 MB, into the folder that the variable {@code
   * OCKHAM_NATIVE_CACHE} names, else the property {@code org.bytedeco.javacpp.cachedir}, else
   * {@code ~/.javacpp/cache}, or a folder for temporary files where that cannot hold them. They are
   * on the class path; an installation without Maven has them elsewhere, and fetches them where
   * they are nowhere.
   *
   * @throws UncheckedIOException if they cannot be had, unpacked or loaded, or there are none for
   *     this platform; its message says what to do
   */
  public static synchronized void start() {
    if (started) {
      return;
    }
    // Scopes free every tensor at a known place; a second, GC-driven way costs time per tensor.
    System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
    try {
      NativeCache.load(listener);
      Loader.load(torch.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (LinkageError e) {
      String message =
          "libtorch %s cannot be loaded on %s: %s"
              .formatted(version(), Loader.Detector.getPlatform(), e.getMessage());
      throw new UncheckedIOException(message, new IOException(message, e));
    }
    NativeExit.atOnce();
    NativeHeap.keepFreed();
    torch.set_num_interop_threads(1);
    setThreads(1);
    // It warns at every convolution where it cannot be used, and is less exact where it can.
    torch.globalContext().setUserEnabledNNPACK(false);
    oneDnn = OneDnn.onWhereRight();
    started = true;
  }

  /**
   * Runs something with threads inside its native calls, as libtorch is used elsewhere, and then
   * goes back to one. For measurements: nothing of Ockham's may run meanwhile.
   *
   * @param threads at least 1
   * @param work what runs, on this thread
   */
  public static void withThreads(int threads, Runnable work) {
    start();
    setThreads(threads);
    try {
      work.run();
    } finally {
      setThreads(1);
    }
  }

  /**
   * Makes libtorch see how many threads it may use from the calling thread. OpenMP counts for each
   * thread by itself, and begins with all cores: a convolution that came first in a thread would
   * add up its gradient in an order of its own each time.
   */
  public static void settle() {
    var _ = torch.get_num_threads();
  }

  /**
   * Whether libtorch computes all convolutions by oneDNN: where a probe at the start found nothing
   * wrong. Elsewhere a training's own do, of shapes that were tried ({@link OneDnn}).
   */
  public static synchronized boolean usesOneDnn() {
    start();
    return oneDnn;
  }

  private static void setThreads(int threads) {
    torch.set_num_threads(threads);
    openblas.blas_set_num_threads(threads);
  }

  /** Version of libtorch and its Java binding, such as {@code 2.10.0-1.5.13}. */
  public static String version() {
    try {
      return String.valueOf(Loader.getVersion("org.bytedeco", "pytorch"));
    } catch (IOException e) {
      return "unknown"; // The jar was repackaged without its manifest; nothing depends on this.
    }
  }
}
