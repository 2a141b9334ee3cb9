package dev.ockham.runtime.plan;

import dev.ockham.runtime.kernel.Intake;
import dev.ockham.runtime.kernel.Loops;
import dev.ockham.runtime.kernel.Outputs;
import dev.ockham.runtime.kernel.Scratch;
import java.util.List;

/** The arrays in which one block of examples is run, and each step's among them. */
final class Workspace {
  private final Scratch scratch;
  private final float[][] arrays;
  private final float[][][] in;
  private final float[][] out;

  /**
   * For blocks of a number of examples.
   *
   * @param sizes numbers of an example in each array
   */
  Workspace(int lanes, Loops loops, int[] sizes, List<Plan.Step> steps) {
    scratch = new Scratch(lanes, loops);
    arrays = new float[sizes.length][];
    for (int a = 0; a < arrays.length; a++) {
      arrays[a] = Scratch.value(sizes[a], lanes);
    }
    in = new float[steps.size()][][];
    out = new float[steps.size()][];
    for (int s = 0; s < in.length; s++) {
      int[] reads = steps.get(s).in();
      in[s] = new float[reads.length][];
      for (int k = 0; k < reads.length; k++) {
        in[s][k] = arrays[reads[k]];
      }
      out[s] = arrays[steps.get(s).out()];
    }
  }

  /** Spreads examples over an array. */
  void load(int array, Intake intake, float[] examples, int first, int used) {
    intake.load(examples, first, used, arrays[array], scratch);
  }

  /** Collects examples from an array. */
  void store(int array, float[] examples, int first, int size, int used) {
    Outputs.store(arrays[array], examples, first, size, used, scratch);
  }

  /** Runs all steps. */
  void run(List<Plan.Step> steps) {
    for (int s = 0; s < in.length; s++) {
      steps.get(s).kernel().run(in[s], out[s], scratch);
    }
  }

  /** A block begins. */
  void begin() {
    scratch.begin();
  }

  /** The block ends. */
  void end() {
    scratch.end();
  }
}
