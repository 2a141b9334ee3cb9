package dev.ockham.runtime.file;

import dev.ockham.runtime.file.JsonValue.JsonObject;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.BiasMap;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.LengthMask;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.LocalResponse;
import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.RunningSum;
import dev.ockham.runtime.graph.Slice;
import dev.ockham.runtime.graph.Softmax;
import dev.ockham.runtime.graph.Softsign;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Window;
import java.util.List;

/**
 * Operators as JSON and back: an object with the member {@code op}, what the operator is called,
 * and one for each of its record's components, in their order, {@code countPadding} as {@code
 * count_padding}.
 */
final class OperatorJson {
  private static final List<String> KINDS =
      List.of(
          "activation",
          "affine",
          "bias_map",
          "combine",
          "concat",
          "constant",
          "convolution",
          "convolution_transposed",
          "dependent_gate",
          "embed",
          "length_mask",
          "linear",
          "local_response",
          "matrix_product",
          "normalize",
          "p_relu",
          "pad",
          "permute",
          "pool",
          "recurrent",
          "reduce",
          "reshape",
          "resize",
          "running_sum",
          "slice",
          "softmax",
          "softsign",
          "standardize");

  private OperatorJson() {}

  /** An operator as an object. */
  static JsonObject write(Operator operator) {
    JsonObjectBuilder out = new JsonObjectBuilder().put(JsonValue.OP, operator.kind());
    switch (operator) {
      case Activation o ->
          out.put("function", o.function()).put("first", o.first()).put("second", o.second());
      case Affine o -> out.put("axis", o.axis());
      case BiasMap o -> out.list("kinds", o.kinds(), JsonObjectBuilder::wholes);
      case Combine o -> out.put("by", o.by());
      case Concat o -> out.put("axis", o.axis());
      case Constant o -> out.put("shape", o.shape()).put("role", o.role()).put("axis", o.axis());
      case Convolution o -> filters(out, o.outputs(), o.window()).put("groups", o.groups());
      case ConvolutionTransposed o ->
          filters(out, o.outputs(), o.window())
              .wholes("extra", o.extra())
              .put("groups", o.groups());
      case DependentGate o -> out.put("axis", o.axis()).put("cut", o.cut());
      case Embed o -> out.put("rows", o.rows()).put("width", o.width());
      case LengthMask o ->
          out.put("steps", o.steps()).put("within", o.within()).put("beyond", o.beyond());
      case Linear o -> out.put("outputs", o.outputs());
      case LocalResponse o ->
          out.put("size", o.size())
              .put("alpha", o.alpha())
              .put("beta", o.beta())
              .put("bias", o.bias());
      case MatrixProduct o -> out.put("transpose_right", o.transposeRight());
      case Normalize o ->
          out.put("over", o.over())
              .put("axis", o.axis())
              .put("groups", o.groups())
              .put("epsilon", o.epsilon());
      case PRelu o -> out.put("axis", o.axis());
      case Pad o ->
          out.wholes("before", o.before()).wholes("after", o.after()).put("value", o.value());
      case Permute o -> out.wholes("order", o.order());
      case Pool o -> pool(out, o);
      case Recurrent o ->
          out.put("cell", o.cell())
              .put("hidden", o.hidden())
              .put("reverse", o.reverse())
              .put("last", o.last());
      case Reduce o -> out.put("to", o.to()).wholes("axes", o.axes()).put("keep", o.keep());
      case Reshape o -> out.wholes("dims", o.dims());
      case Resize o -> out.put("by", o.by()).put("align", o.align()).wholes("sizes", o.sizes());
      case RunningSum o ->
          out.put("axis", o.axis()).put("exclusive", o.exclusive()).put("reverse", o.reverse());
      case Slice o ->
          out.put("axis", o.axis())
              .put("start", o.start())
              .put("end", o.end())
              .put("step", o.step());
      case Softmax o -> out.put("axis", o.axis()).put("log", o.log());
      case Softsign nothing -> {}
      case Standardize o -> out.put("each", o.each());
    }
    return out.done();
  }

  private static void pool(JsonObjectBuilder out, Pool pool) {
    out.put("of", pool.of())
        .put("window", window(pool.window()))
        .put("ceil", pool.ceil())
        .put("count_padding", pool.countPadding());
  }

  /** An operator of the members of an object. */
  static Operator read(JsonMembers in) {
    return switch (in.kind(KINDS)) {
      case "activation" ->
          new Activation(
              in.constant("function", Activation.Function.values()),
              in.number("first"),
              in.number("second"));
      case "affine" -> new Affine(in.whole("axis"));
      case "bias_map" -> new BiasMap(in.lists("kinds"));
      case "combine" -> new Combine(in.constant("by", Combine.By.values()));
      case "concat" -> new Concat(in.whole("axis"));
      case "constant" ->
          new Constant(in.shape("shape"), in.constant("role", Role.values()), in.whole("axis"));
      case "convolution" -> new Convolution(in.whole("outputs"), window(in), in.whole("groups"));
      case "convolution_transposed" ->
          new ConvolutionTransposed(
              in.whole("outputs"), window(in), in.wholes("extra"), in.whole("groups"));
      case "dependent_gate" -> new DependentGate(in.whole("axis"), in.number("cut"));
      case "embed" -> new Embed(in.whole("rows"), in.whole("width"));
      case "length_mask" ->
          new LengthMask(in.whole("steps"), in.number("within"), in.number("beyond"));
      case "linear" -> new Linear(in.whole("outputs"));
      case "local_response" ->
          new LocalResponse(
              in.whole("size"), in.number("alpha"), in.number("beta"), in.number("bias"));
      case "matrix_product" -> new MatrixProduct(in.flag("transpose_right"));
      case "normalize" -> normalize(in);
      case "p_relu" -> new PRelu(in.whole("axis"));
      case "pad" -> new Pad(in.wholes("before"), in.wholes("after"), in.number("value"));
      case "permute" -> new Permute(in.wholes("order"));
      case "pool" ->
          new Pool(
              in.constant("of", Pool.Of.values()),
              window(in),
              in.flag("ceil"),
              in.flag("count_padding"));
      case "recurrent" ->
          new Recurrent(
              in.constant("cell", Recurrent.Cell.values()),
              in.whole("hidden"),
              in.flag("reverse"),
              in.flag("last"));
      case "reduce" ->
          new Reduce(in.constant("to", Reduce.To.values()), in.wholes("axes"), in.flag("keep"));
      case "reshape" -> new Reshape(in.wholes("dims"));
      case "resize" ->
          new Resize(
              in.constant("by", Resize.By.values()),
              in.constant("align", Resize.Align.values()),
              in.wholes("sizes"));
      case "running_sum" ->
          new RunningSum(in.whole("axis"), in.flag("exclusive"), in.flag("reverse"));
      case "slice" ->
          new Slice(in.whole("axis"), in.whole("start"), in.whole("end"), in.whole("step"));
      case "softmax" -> new Softmax(in.whole("axis"), in.flag("log"));
      case "softsign" -> new Softsign();
      case "standardize" -> new Standardize(in.constant("each", Standardize.Each.values()));
      default -> throw new AssertionError("a kind that is known and not read");
    };
  }

  private static Normalize normalize(JsonMembers in) {
    return new Normalize(
        in.constant("over", Normalize.Over.values()),
        in.whole("axis"),
        in.whole("groups"),
        in.number("epsilon"));
  }

  private static JsonObjectBuilder filters(JsonObjectBuilder out, int outputs, Window window) {
    return out.put("outputs", outputs).put("window", window(window));
  }

  private static JsonObject window(Window window) {
    return new JsonObjectBuilder()
        .wholes("kernel", window.kernel())
        .wholes("stride", window.stride())
        .wholes("before", window.before())
        .wholes("after", window.after())
        .wholes("dilation", window.dilation())
        .done();
  }

  private static Window window(JsonMembers operator) {
    return operator.record(
        "window",
        in ->
            new Window(
                in.wholes("kernel"),
                in.wholes("stride"),
                in.wholes("before"),
                in.wholes("after"),
                in.wholes("dilation")));
  }
}
