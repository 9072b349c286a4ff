#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_LAYOUT_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_LAYOUT_H

#include "compiler/frontends/tensorflow/ops/Rows.h"

namespace ingot::tensorflow {

/// The order of an image tensor's dimensions in the source: the dialect has
/// channels last.
struct Layout {
  int64_t rank = 4;
  bool channelsFirst = false;

  /// From attribute `data_format` for a tensor of rank 3, 4 or 5; an error if
  /// the tensor's rank does not fit.
  static mlir::FailureOr<Layout> of(Node &n, mlir::Value image);

  int64_t spatial() const { return rank - 2; }
  mlir::Value toChannelsLast(Node &n, mlir::Value x) const;
  mlir::Value fromChannelsLast(Node &n, mlir::Value x) const;

  using Ints = llvm::SmallVector<int64_t, 6>;
  /// The spatial entries of a list with one entry for each dimension, all
  /// others of which must be 1.
  mlir::FailureOr<Ints> spatialEntries(Node &n, llvm::ArrayRef<int64_t> list,
                                       llvm::StringRef what) const;
  /// The spatial pairs of `explicit_paddings`; empty for other paddings.
  mlir::FailureOr<Ints> pads(Node &n) const;

private:
  int64_t firstSpatial() const { return channelsFirst ? 2 : 1; }
};

/// Attributes of window ops, from those of the node.
class WindowAttributes {
public:
  /// Reads `strides`, `dilations`, `padding` and `explicit_paddings`.
  static mlir::FailureOr<WindowAttributes> read(Node &n, const Layout &layout,
                                                bool isGradient = false);

  /// `padding`, and `pads` if it is explicit. TensorFlow's kernels for three
  /// dimensions centre windows that leave elements out, but not their gradients.
  mlir::LogicalResult addPadding(Node &n, const Layout &layout, bool isGradient = false);
  WindowAttributes &set(llvm::StringRef name, mlir::Attribute value);
  NamedAttributes get() const { return attrs; }

private:
  llvm::SmallVector<std::pair<llvm::StringRef, mlir::Attribute>, 6> attrs;
};

/// Window and strides of a pool, for all dimensions.
struct PoolWindow {
  Layout::Ints size, strides;
};

/// From attributes, or from inputs `input` and the next if the op has them (V2).
mlir::FailureOr<PoolWindow> readWindow(Node &n, size_t input = 1);
/// Attributes of the dialect's pools.
mlir::FailureOr<WindowAttributes> poolAttributes(Node &n, const Layout &layout,
                                                 const PoolWindow &window);

} // namespace ingot::tensorflow

#endif
