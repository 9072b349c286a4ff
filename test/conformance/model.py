"""Packs many variants as the signatures of one SavedModel."""

import tensorflow as tf
from tensorflow.core.framework import graph_pb2
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2

from conformance.case import flat


def graph_of(variant) -> tuple:
    """The variant's own graph and its signature; TensorFlow's errors pass."""
    graph = tf.Graph()
    with graph.as_default(), tf.name_scope(variant.name):
        inputs = [tf.compat.v1.placeholder(a.dtype, shape, f"in{i}")
                  for i, (a, shape) in enumerate(zip(variant.case.inputs, variant.shapes))]
        outputs = [tf.identity(t, f"out{i}") for i, t in enumerate(flat(variant.case.build(*inputs)))]
    signature = meta_graph_pb2.SignatureDef(method_name="tensorflow/serving/predict")
    for prefix, tensors, table in ("x", inputs, signature.inputs), ("y", outputs, signature.outputs):
        for i, t in enumerate(tensors):
            table[f"{prefix}{i}"].CopyFrom(meta_graph_pb2.TensorInfo(
                name=t.name, dtype=t.dtype.as_datatype_enum, tensor_shape=t.shape.as_proto()))
    return graph.as_graph_def(), signature


def saved_model(graphs: dict[str, tuple]) -> saved_model_pb2.SavedModel:
    """One model with one signature for each (graph, signature): their nodes have different scopes, and
    TensorFlow numbers functions over all graphs of a process."""
    model = saved_model_pb2.SavedModel(saved_model_schema_version=1)
    meta = model.meta_graphs.add()
    meta.meta_info_def.tags.append("serve")
    meta.meta_info_def.tensorflow_version = tf.__version__
    meta.meta_info_def.stripped_default_attrs = True
    whole: graph_pb2.GraphDef = meta.graph_def
    for name, (graph, signature) in graphs.items():
        whole.versions.CopyFrom(graph.versions)
        whole.node.extend(graph.node)
        whole.library.function.extend(graph.library.function)
        whole.library.gradient.extend(graph.library.gradient)
        meta.signature_def[name].CopyFrom(signature)
    return model


def write(graphs: dict[str, tuple], folder) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "saved_model.pb").write_bytes(saved_model(graphs).SerializeToString(deterministic=True))
