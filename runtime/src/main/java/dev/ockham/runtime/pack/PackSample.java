package dev.ockham.runtime.pack;

/**
 * What {@link TextCode} learns the look of texts from: parts of graphs, rules and notes as models
 * have them. It is a part of the format: any change makes old files unreadable.
 */
final class PackSample {

  static final String TEXT =
      """
      transformer-encoder\
      {"inputs":[{"name":"tokens","shape":[64]},{"name":"length","shape":[]}],"nodes":[\
      {"name":"embed","operator":{"op":"embed","rows":1000,"width":64},"inputs":["tokens"],\
      "parameters":{"weight":"embed.weight"}},\
      {"name":"lstm1","operator":{"op":"recurrent","cell":"lstm","hidden":64,"reverse":false,\
      "last":true},"inputs":["embed","length"],"parameters":{"bias_hh":"lstm1.bias_hh",\
      "bias_ih":"lstm1.bias_ih","weight_hh":"lstm1.weight_hh","weight_ih":"lstm1.weight_ih"}},\
      {"name":"layer1.norm1","operator":{"op":"normalize","over":"layer","axis":1,"groups":1,\
      "epsilon":1.0E-5},"inputs":["embed"],"parameters":{"scale":"layer1.norm1.scale",\
      "shift":"layer1.norm1.shift"}},\
      {"name":"layer1.query","operator":{"op":"linear","outputs":64},"inputs":["layer1.norm1"],\
      "parameters":{"bias":"layer1.query.bias","weight":"layer1.query.weight"}},\
      {"name":"layer1.scores","operator":{"op":"matrix_product","transpose_right":true},\
      "inputs":["layer1.query","layer1.key"],"parameters":{}},\
      {"name":"layer1.weights","operator":{"op":"softmax","axis":2,"log":false},\
      "inputs":["layer1.scores"],"parameters":{}}],"outputs":["layer1.weights"]}\
      resnet-20\
      {"inputs":[{"name":"input","shape":[3,32,32]}],"nodes":[\
      {"name":"input.scaling","operator":{"op":"standardize","each":"channel"},\
      "inputs":["input"],"parameters":{"mean":"input.mean","scale":"input.scale"}},\
      {"name":"layer1.0.conv1","operator":{"op":"convolution","outputs":16,"window":\
      {"kernel":[3,3],"stride":[1,1],"before":[1,1],"after":[1,1],"dilation":[1,1]},"groups":1},\
      "inputs":["relu1"],"parameters":{"weight":"layer1.0.conv1.weight"}},\
      {"name":"layer1.0.bn1","operator":{"op":"normalize","over":"batch","axis":0,"groups":1,\
      "epsilon":1.0E-5},"inputs":["layer1.0.conv1"],"parameters":{"scale":"layer1.0.bn1.scale",\
      "shift":"layer1.0.bn1.shift"}},\
      {"name":"layer1.0.relu1","operator":{"op":"activation","function":"relu","first":0.0,\
      "second":0.0},"inputs":["layer1.0.bn1"],"parameters":{}},\
      {"name":"layer1.0.add","operator":{"op":"combine","by":"add"},\
      "inputs":["layer1.0.bn2","relu1"],"parameters":{}}],"outputs":["dense1"]}\
      lenet-5-caffe\
      {"inputs":[{"name":"input","shape":[1,28,28]}],"nodes":[\
      {"name":"input.scaling","operator":{"op":"standardize","each":"all"},\
      "inputs":["input"],"parameters":{"mean":"input.mean","scale":"input.scale"}},\
      {"name":"conv1","operator":{"op":"convolution","outputs":20,"window":\
      {"kernel":[5,5],"stride":[1,1],"before":[0,0],"after":[0,0],"dilation":[1,1]},"groups":1},\
      "inputs":["input.scaling"],"parameters":{"bias":"conv1.bias","weight":"conv1.weight"}},\
      {"name":"pool1","operator":{"op":"pool","of":"max","window":{"kernel":[2,2],"stride":[2,2],\
      "before":[0,0],"after":[0,0],"dilation":[1,1]},"ceil":false,"count_padding":true},\
      "inputs":["conv1"],"parameters":{}},\
      {"name":"flatten","operator":{"op":"reshape","dims":[-1]},"inputs":["pool1"],\
      "parameters":{}},\
      {"name":"dense1","operator":{"op":"linear","outputs":500},"inputs":["flatten"],\
      "parameters":{"bias":"dense1.bias","weight":"dense1.weight"}},\
      {"name":"relu1","operator":{"op":"activation","function":"relu","first":0.0,"second":0.0},\
      "inputs":["dense1"],"parameters":{}},\
      {"name":"dense2","operator":{"op":"linear","outputs":10},"inputs":["relu1"],\
      "parameters":{"bias":"dense2.bias","weight":"dense2.weight"}}],"outputs":["dense2"]}\
      {"classes":["cat","dog"]}\
      {"commit":"0123456","data":"cifar-10","data_sha256":"0123456789abcdef","epochs":"100",\
      "java":"25.0.3+9-LTS","kernels":"vector-512","libtorch":"2.10.0-1.5.13",\
      "method":"sparse-vd","ockham":"0.1.0-SNAPSHOT","platform":"Linux amd64","seed":"1",\
      "threshold":"3.0"}\
      """;

  private PackSample() {}
}
