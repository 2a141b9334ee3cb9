package dev.ockham.train.engine;

import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Has libtorch compute without oneDNN where oneDNN is wrong. On a virtual AMD EPYC (family 26) that
 * hides the sizes of its caches, oneDNN 3.7.1 gives convolutions and gradients of them that are
 * wrong by as much as they are large, of some shapes; nothing says so. Who has tried a shape may
 * compute it {@link #with} oneDNN there.
 *
 * <p>libtorch has one switch for the whole process. So work that is done with oneDNN and work that
 * is done without it wait for each other; work of one kind does not.
 */
public final class OneDnn {

  /** Right products differ by about 1e-6 of the largest. */
  private static final double TOLERANCE = 1e-3;

  /** Examples, channels of the gradient, its side, channels of the input, side of the window. */
  private static final long[][] SHAPES = {{2, 4, 6, 3, 3}, {4, 8, 8, 8, 3}, {2, 17, 8, 20, 5}};

  /** What this thread does: with it, without it, or neither. */
  private static final ThreadLocal<@Nullable Boolean> HERE = new ThreadLocal<>();

  private static volatile boolean rightEverywhere;

  /** Pieces of work that go on, all of them {@link #with} or all without. */
  private static int atWork;

  private static boolean with;
  private static int waitingWith;
  private static int waitingWithout;

  private OneDnn() {}

  /**
   * Compares gradients of convolutions with and without it, and leaves it on if they agree. Takes
   * some 20 ms the first time.
   *
   * @return whether they agree
   */
  static boolean onWhereRight() {
    Context context = torch.globalContext();
    boolean right = true;
    for (long[] shape : SHAPES) {
      context.setUserEnabledMkldnn(true);
      float[] found = gradient(shape);
      context.setUserEnabledMkldnn(false);
      right &= agree(found, gradient(shape));
    }
    context.setUserEnabledMkldnn(right);
    rightEverywhere = right;
    return right;
  }

  /** Whether nothing was found wrong: then there is nothing to try and nobody waits. */
  public static boolean rightEverywhere() {
    return rightEverywhere;
  }

  /** Does native work with oneDNN, of a shape that was tried; not within work without it. */
  public static <T> T with(Supplier<T> work) {
    return run(true, work);
  }

  /** Does native work without oneDNN where it is wrong; not within work with it. */
  public static <T> T whereRight(Supplier<T> work) {
    return run(false, work);
  }

  private static <T> T run(boolean kind, Supplier<T> work) {
    if (rightEverywhere) {
      return work.get();
    }
    Boolean here = HERE.get();
    if (here != null) {
      if (here != kind) {
        throw new IllegalStateException(
            "native work with oneDNN lies within work without it, or the other way round");
      }
      return work.get();
    }
    begin(kind);
    HERE.set(kind);
    try {
      return work.get();
    } finally {
      HERE.remove();
      end();
    }
  }

  /** Nobody begins while others wait for the other kind, so that these get their turn. */
  private static synchronized void begin(boolean kind) {
    waiting(kind, 1);
    boolean interrupted = false;
    while (atWork > 0 && (with != kind || (kind ? waitingWithout : waitingWith) > 0)) {
      try {
        OneDnn.class.wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    waiting(kind, -1);
    atWork++;
    if (with != kind) {
      with = kind;
      torch.globalContext().setUserEnabledMkldnn(kind);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void waiting(boolean kind, int more) {
    if (kind) {
      waitingWith += more;
    } else {
      waitingWithout += more;
    }
  }

  private static synchronized void end() {
    atWork--;
    if (atWork == 0) {
      if (with) {
        with = false;
        torch.globalContext().setUserEnabledMkldnn(false);
      }
      OneDnn.class.notifyAll();
    }
  }

  /** By the input of a convolution: its gradient, transposed back through the window. */
  private static float[] gradient(long[] shape) {
    try (TensorScope _ = new TensorScope()) {
      Tensor byOutput = wave(shape[0], shape[1], shape[2], shape[2]);
      Tensor weights = wave(shape[1], shape[3], shape[4], shape[4]);
      return floats(torch.conv_transpose2d(byOutput, weights));
    }
  }

  /** Numbers to try a shape with; to be called within a scope, which they belong to. */
  public static Tensor wave(long... shape) {
    long numbers = 1;
    for (long side : shape) {
      numbers *= side;
    }
    return torch.arange(new Scalar(numbers)).mul(new Scalar(0.7f)).sin().reshape(shape);
  }

  /** All numbers of a tensor, in the order of its indices; to be called within a scope. */
  public static float[] floats(Tensor tensor) {
    Tensor whole = tensor.contiguous();
    float[] values = new float[Math.toIntExact(whole.numel())];
    new FloatPointer(whole.data_ptr()).get(values);
    return values;
  }

  /** Whether two results are the same but for rounding; a NaN is no result. */
  public static boolean agree(float[] values, float[] expected) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(values[i] - expected[i]) <= TOLERANCE * largest)) {
        return false;
      }
    }
    return true;
  }
}
