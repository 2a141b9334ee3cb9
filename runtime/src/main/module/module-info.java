/**
 * Runs models that Ockham made, on the JDK alone, from Java 21 on.
 *
 * <p>With {@code --add-modules=jdk.incubator.vector} a Java of 25 or later computes with vectors;
 * the numbers are the same to the bit.
 */
@SuppressWarnings("module") // Ockham's other modules are not there when this one is compiled.
module dev.ockham.runtime {
  requires static jdk.incubator.vector;
  requires static org.jspecify;

  exports dev.ockham.runtime;
  exports dev.ockham.runtime.data;
  exports dev.ockham.runtime.file;
  exports dev.ockham.runtime.graph;
  exports dev.ockham.runtime.model;
  exports dev.ockham.runtime.moment;
  exports dev.ockham.runtime.plan to
      dev.ockham.bench,
      dev.ockham.cli,
      dev.ockham.core,
      dev.ockham.lab,
      dev.ockham.onnx,
      dev.ockham.train;
  exports dev.ockham.runtime.kernel to
      dev.ockham.bench;
}
