#ifndef INGOT_OPS_TEXT
#define INGOT_OPS_TEXT

include "dialects/ingot/ops/Base.td"

// A string is its bytes, a vector of ui8.

def FormatOp : Ingot_PureOp<"format"> {
  let summary = "text with tensors in it: bytes [ends[i - 1], ends[i]) of `text`, then value i";
  let description = [{
    `style` is one of `enum ingot_style`, the others are members of `struct
    ingot_format` (runtime/include/ingot/host.h); the operands at `strings` are
    strings. The context's host writes the text.
  }];
  let arguments = (ins Variadic<AnyTensor>:$values, StrAttr:$text, DenseI64ArrayAttr:$ends,
                       DenseI64ArrayAttr:$strings, I32Attr:$style,
                       DefaultValuedAttr<I64Attr, "-1">:$summarize,
                       DefaultValuedAttr<I32Attr, "-1">:$precision,
                       DefaultValuedAttr<I32Attr, "-1">:$width,
                       DefaultValuedAttr<I32Attr, "0">:$flag);
  let results = (outs AnyTensor:$result);
}

def PrintOp : Ingot_Op<"print"> {
  let summary = "prints a string to `stream`, 1 for standard output, 2 for the error output";
  let arguments = (ins AnyTensor:$text, I32Attr:$stream);
}

def TimestampOp : Ingot_Op<"timestamp"> {
  let summary = "seconds since 1970, a double";
  let results = (outs AnyTensor:$result);
}

#endif
