#ifndef INGOT_OPS_QUANTIZE
#define INGOT_OPS_QUANTIZE

include "dialects/ingot/ops/Base.td"

// Quantized tensors are tensors of integers; what a number stands for,
// (q - zero_point) * scale, is known to the ops that change it, as attributes.

def RequantizeOp : Ingot_PureOp<"requantize"> {
  let summary = "integers in another scale: (x - input_zero_point) * multiplier, rounded and clamped";
  let description = [{
    With s = x - input_zero_point in 32 bits (64 if x has them), in the scale of channel
    c, the index in dimension `axis` (or the only one),

        result = clamp(zero_point + scaled(s * 2^left_shift), low, high)

    where scaled(s) is s * multipliers[c] * 2^(shifts[c] - 31), rounded as
    `rounding` says:

    - "double": round(round(s * 2^max(shift, 0) * multiplier / 2^31) / 2^max(-shift, 0));
      the inner rounding takes halves up and saturates, the outer one takes them away
      from zero (SaturatingRoundingDoublingHighMul and RoundingDivideByPOT of gemmlowp,
      fixedpoint/fixedpoint.h). For s of 64 bits: the multiplier rounded to 15 bits, and
      one rounding with halves up. Source: MultiplyByQuantizedMultiplier in
      tensorflow/lite/kernels/internal/common.cc; most reference kernels call it.
    - "single": one rounding with halves up, in 64 bits. Source: the same function as
      built with TFLITE_SINGLE_ROUNDING; the kernel for fully connected layers does it.
    - "nearest": one float32 multiplication, rounded once with halves to even.

    Shifts lie in [-31, 30], for 64 bits in [-31, 14]. Differences, sums and left
    shifts wrap around. "nearest" needs a range within [-2^21, 2^21].
  }];
  let arguments = (ins AnyTensor:$x, TypeAttr:$to, DenseI32ArrayAttr:$multipliers,
                       DenseI32ArrayAttr:$shifts, DefaultValuedAttr<I64Attr, "0">:$axis,
                       DefaultValuedAttr<I64Attr, "0">:$input_zero_point,
                       DefaultValuedAttr<I64Attr, "0">:$left_shift,
                       DefaultValuedAttr<I64Attr, "0">:$zero_point, I64Attr:$low, I64Attr:$high,
                       DefaultValuedAttr<StrAttr, "\"double\"">:$rounding);
  let results = (outs AnyTensor:$result);
}

def QuantizeOp : Ingot_PureOp<"quantize"> {
  let summary = "f32 as integers: x / scale, halves away from zero, + zero_point, clamped to `to`";
  let description = [{
    Scales and zero points are one for all, or one for each index of dimension `axis`.
    Source: AffineQuantize in tensorflow/lite/kernels/internal/reference/quantize.h.
    As there on x86-64, quotients that are NaN or beyond 32 bits count as -2^31, and the
    sum wraps around in 32 bits before it is clamped.
  }];
  let arguments = (ins AnyTensor:$x, TypeAttr:$to, DenseF32ArrayAttr:$scales,
                       DenseI64ArrayAttr:$zero_points, DefaultValuedAttr<I64Attr, "0">:$axis);
  let results = (outs AnyTensor:$result);
}

def DequantizeOp : Ingot_PureOp<"dequantize"> {
  let summary = "integers as f32: (x - zero_point) * scale, parameters as for quantize";
  let arguments = (ins AnyTensor:$x, DenseF32ArrayAttr:$scales, DenseI64ArrayAttr:$zero_points,
                       DefaultValuedAttr<I64Attr, "0">:$axis);
  let results = (outs AnyTensor:$result);
}

def LookupOp : Ingot_PureOp<"lookup"> {
  let summary = "table[x] of 8-bit numbers; of 16-bit ones between two entries";
  let description = [{
    The bits of an 8-bit number are an index from 0 to 255. Of a signed 16-bit number
    the upper 9 bits are an index from 0 (the least number) to 511, the lower 7 bits a
    fraction f of 128 on the way to the next of 513 entries, which have 16 bits:
    table[i] + round(f * (table[i + 1] - table[i])), halves up.
    Source of the latter: LUTLookup in tensorflow/lite/kernels/internal/common.h.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$table);
  let results = (outs AnyTensor:$result);
}

def FixedSoftmaxOp : Ingot_PureOp<"fixed_softmax"> {
  let summary = "softmax over the last dimension of 8-bit numbers in fixed point";
  let description = [{
    With d = max(x) - x and e = exps[d], an exponential with 31 fractional bits:
    e * (1 / sum(e)) in steps of 2^-bits, from the least number of `to`, which has
    `bits`, and limited to its greatest. The sum has 19 fractional bits; three steps
    of Newton's method give its reciprocal.
    Source: Softmax in tensorflow/lite/kernels/internal/reference/softmax.h.
  }];
  let arguments = (ins AnyTensor:$x, AnyTensor:$exps, TypeAttr:$to);
  let results = (outs AnyTensor:$result);
}

#endif
