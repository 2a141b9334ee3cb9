package dev.ockham.onnx.read.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.runtime.graph.Graph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts the nodes of a model's own functions in place of the nodes that call them. */
final class FunctionInlining {
  private static final int MOST_DEPTH = 32;

  /** Bytes of names and settings that calls may copy: a call of ten bytes can copy megabytes. */
  private static final long LEAST_ROOM = 1L << 26;

  private final Map<String, FunctionProto> functions = new HashMap<>();
  private final List<Call> nodes = new ArrayList<>();
  private int calls;
  private long room;

  /**
   * A node of an operator.
   *
   * @param node its message
   * @param opset version of ONNX's own operators where it stands; 0 if that is not said
   */
  record Call(NodeProto node, int opset) {}

  private FunctionInlining(ModelProto model) {
    room = LEAST_ROOM + 4L * model.getSerializedSize();
    for (FunctionProto function : model.getFunctionsList()) {
      functions.put(key(function.getDomain(), function.getName()), function);
    }
  }

  /** All nodes of a model's graph, none of which calls a function. */
  static List<Call> nodes(ModelProto model) {
    var inlining = new FunctionInlining(model);
    int opset = opset(model.getOpsetImportList());
    for (NodeProto node : model.getGraph().getNodeList()) {
      inlining.add(node, opset, 0);
    }
    return inlining.nodes;
  }

  private static String key(String domain, String name) {
    return domain + "\n" + name;
  }

  private static int opset(List<OperatorSetIdProto> sets) {
    long version = 0;
    for (OperatorSetIdProto set : sets) {
      if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
        version = set.getVersion();
      }
    }
    return (int) Math.max(0, Math.min(version, Integer.MAX_VALUE));
  }

  private void add(NodeProto node, int opset, int depth) {
    FunctionProto function = functions.get(key(node.getDomain(), node.getOpType()));
    if (function == null) {
      nodes.add(new Call(node, opset));
      if (nodes.size() > Graph.MOST_NODES) {
        throw new MalformedOnnxException(
            "graph", "it has more than " + Graph.MOST_NODES + " nodes");
      }
      return;
    }
    String called = "function '" + function.getName() + "'";
    if (depth >= MOST_DEPTH) {
      throw new MalformedOnnxException(called, "it calls itself, or calls are nested too deeply");
    }
    if (node.getInputCount() > function.getInputCount()
        || node.getOutputCount() > function.getOutputCount()
        || ++calls > Graph.MOST_NODES) {
      throw new MalformedOnnxException(
          called,
          "node '" + Refusals.name(node) + "' calls it with more values than it has, or too often");
    }
    long values = function.getInputCount() + (long) function.getOutputCount();
    copy(called, values + function.getAttributeProtoCount());
    inline(node, function, opset, depth, called);
  }

  private void copy(String called, long bytes) {
    room -= bytes;
    if (room < 0) {
      throw new MalformedOnnxException(
          called, "its calls copy far more names and settings than the file has");
    }
  }

  private void inline(NodeProto node, FunctionProto function, int opset, int depth, String called) {
    String prefix = Refusals.name(node) + "/" + calls + "/";
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < function.getInputCount(); i++) {
      names.put(function.getInput(i), i < node.getInputCount() ? node.getInput(i) : "");
    }
    for (int i = 0; i < function.getOutputCount(); i++) {
      String given = i < node.getOutputCount() ? node.getOutput(i) : "";
      names.put(function.getOutput(i), given.isEmpty() ? prefix + function.getOutput(i) : given);
    }
    Map<String, AttributeProto> given = new HashMap<>();
    function.getAttributeProtoList().forEach(each -> given.put(each.getName(), each));
    node.getAttributeList().forEach(each -> given.put(each.getName(), each));
    int own = opset(function.getOpsetImportList());
    for (NodeProto inner : function.getNodeList()) {
      long named = 1L + inner.getInputCount() + inner.getOutputCount();
      copy(called, named * prefix.length() + bytes(inner, given));
      add(renamed(inner, prefix, names, given), own == 0 ? opset : own, depth + 1);
    }
  }

  /** Bytes of a node whose settings are given by its call. */
  private static long bytes(NodeProto inner, Map<String, AttributeProto> given) {
    long bytes = inner.getSerializedSize();
    for (AttributeProto attribute : inner.getAttributeList()) {
      AttributeProto value = given.get(attribute.getRefAttrName());
      bytes += value == null ? 0 : value.getSerializedSize();
    }
    return bytes;
  }

  private static NodeProto renamed(
      NodeProto inner,
      String prefix,
      Map<String, String> names,
      Map<String, AttributeProto> given) {
    NodeProto.Builder copy = inner.toBuilder();
    copy.setName(prefix + Refusals.name(inner));
    for (int i = 0; i < inner.getInputCount(); i++) {
      copy.setInput(i, renamed(inner.getInput(i), prefix, names));
    }
    for (int i = 0; i < inner.getOutputCount(); i++) {
      copy.setOutput(i, renamed(inner.getOutput(i), prefix, names));
    }
    copy.clearAttribute();
    for (AttributeProto attribute : inner.getAttributeList()) {
      if (attribute.getRefAttrName().isEmpty()) {
        copy.addAttribute(attribute);
        continue;
      }
      AttributeProto value = given.get(attribute.getRefAttrName());
      if (value != null) {
        copy.addAttribute(value.toBuilder().setName(attribute.getName()));
      }
    }
    return copy.build();
  }

  private static String renamed(String name, String prefix, Map<String, String> names) {
    return name.isEmpty() ? "" : names.computeIfAbsent(name, inner -> prefix + inner);
  }
}
