#ifndef INGOT_OPS_ELEMENTWISE
#define INGOT_OPS_ELEMENTWISE

include "dialects/ingot/ops/Base.td"

/// An op on elements: operands are broadcast to one shape as numpy does it.
/// `result`: the element type of the result: that of the operands (Same),
/// Bool, or the real type of a complex operand (Real).
class Ingot_Elementwise<string mnemonic, string result>
    : Ingot_PureOp<mnemonic, [Ingot_ElementwiseTrait]> {
  let results = (outs AnyTensor:$result);
  let extraClassDefinition = [{
    ::mlir::LogicalResult $cppClass::inferShapes(::ingot::ShapeAnalysis &shapes) {
      return ::ingot::inferElementwise(shapes, *this, ::ingot::ResultElement::}] # result # [{);
    }
  }];
}
class Ingot_Unary<string mnemonic, string text, string result = "Same">
    : Ingot_Elementwise<mnemonic, result> {
  let summary = text;
  let arguments = (ins AnyTensor:$x);
}
class Ingot_Binary<string mnemonic, string text, string result = "Same">
    : Ingot_Elementwise<mnemonic, result> {
  let summary = text;
  let arguments = (ins AnyTensor:$x, AnyTensor:$y);
}

//===--- Arithmetic -------------------------------------------------------===//
def AbsOp : Ingot_Unary<"abs", "|x|; the modulus of a complex number", "Real">;
def NegOp : Ingot_Unary<"neg", "-x">;
def SignOp : Ingot_Unary<"sign", "-1, 0 or 1; x/|x| of a complex number; NaN stays">;
def SquareOp : Ingot_Unary<"square", "x * x">;
def ReciprocalOp : Ingot_Unary<"reciprocal", "1 / x">;
def AddOp : Ingot_Binary<"add", "x + y; integers wrap">;
def SubOp : Ingot_Binary<"sub", "x - y; integers wrap">;
def MulOp : Ingot_Binary<"mul", "x * y; integers wrap">;
def DivOp : Ingot_Binary<"div", "x / y; integers round towards zero">;
def FloorDivOp : Ingot_Binary<"floor_div", "floor(x / y)">;
def FloorModOp : Ingot_Binary<"floor_mod", "x - floor(x / y) * y: the sign of y">;
def TruncModOp : Ingot_Binary<"trunc_mod", "x - trunc(x / y) * y: the sign of x">;
def DivNoNanOp : Ingot_Binary<"div_no_nan", "0 where y is 0, else x / y">;
def MulNoNanOp : Ingot_Binary<"mul_no_nan", "0 where y is 0, else x * y">;
def SquaredDifferenceOp : Ingot_Binary<"squared_difference", "conj(x - y) * (x - y)">;
def MaximumOp : Ingot_Binary<"maximum", "the larger; NaN if either is NaN">;
def MinimumOp : Ingot_Binary<"minimum", "the smaller; NaN if either is NaN">;
def PowOp : Ingot_Binary<"pow", "x to the power of y">;
def Atan2Op : Ingot_Binary<"atan2", "angle of the point (y, x): atan(x / y) in the right quadrant">;
def XlogyOp : Ingot_Binary<"xlogy", "0 where x is 0, else x * log(y)">;
def Xlog1pyOp : Ingot_Binary<"xlog1py", "0 where x is 0, else x * log1p(y)">;
def XdivyOp : Ingot_Binary<"xdivy", "0 where x is 0, else x / y">;
def NextAfterOp : Ingot_Binary<"next_after", "the next number after x towards y">;

//===--- Rounding and classes of numbers ----------------------------------===//
def FloorOp : Ingot_Unary<"floor", "the largest integer that is not above x">;
def CeilOp : Ingot_Unary<"ceil", "the smallest integer that is not below x">;
def RoundOp : Ingot_Unary<"round", "the nearest integer, halves to the even one">;
def IsNanOp : Ingot_Unary<"is_nan", "true where x is NaN", "Bool">;
def IsInfOp : Ingot_Unary<"is_inf", "true where x is an infinity", "Bool">;
def IsFiniteOp : Ingot_Unary<"is_finite", "true where x is neither NaN nor an infinity", "Bool">;

//===--- Exponentials, roots, trigonometry --------------------------------===//
def ExpOp : Ingot_Unary<"exp", "e to the power of x">;
def Expm1Op : Ingot_Unary<"expm1", "exp(x) - 1">;
def LogOp : Ingot_Unary<"log", "natural logarithm">;
def Log1pOp : Ingot_Unary<"log1p", "log(1 + x)">;
def SqrtOp : Ingot_Unary<"sqrt", "square root">;
def RsqrtOp : Ingot_Unary<"rsqrt", "1 / sqrt(x)">;
def SinOp : Ingot_Unary<"sin", "sine">;
def CosOp : Ingot_Unary<"cos", "cosine">;
def TanOp : Ingot_Unary<"tan", "tangent">;
def AsinOp : Ingot_Unary<"asin", "arc sine">;
def AcosOp : Ingot_Unary<"acos", "arc cosine">;
def AtanOp : Ingot_Unary<"atan", "arc tangent">;
def SinhOp : Ingot_Unary<"sinh", "hyperbolic sine">;
def CoshOp : Ingot_Unary<"cosh", "hyperbolic cosine">;
def TanhOp : Ingot_Unary<"tanh", "hyperbolic tangent">;
def AsinhOp : Ingot_Unary<"asinh", "inverse hyperbolic sine">;
def AcoshOp : Ingot_Unary<"acosh", "inverse hyperbolic cosine">;
def AtanhOp : Ingot_Unary<"atanh", "inverse hyperbolic tangent">;
def ErfOp : Ingot_Unary<"erf", "error function">;
def ErfcOp : Ingot_Unary<"erfc", "1 - erf(x)">;

//===--- Special functions ------------------------------------------------===//
def ErfinvOp : Ingot_Unary<"erfinv", "inverse of the error function">;
def NdtriOp : Ingot_Unary<"ndtri", "quantile of the standard normal distribution">;
def LgammaOp : Ingot_Unary<"lgamma", "log |gamma(x)|">;
def DigammaOp : Ingot_Unary<"digamma", "derivative of log(gamma(x))">;
def BesselI0eOp : Ingot_Unary<"bessel_i0e", "exp(-|x|) times modified Bessel function I0">;
def BesselI1eOp : Ingot_Unary<"bessel_i1e", "exp(-|x|) times modified Bessel function I1">;
def BesselJ0Op : Ingot_Unary<"bessel_j0", "Bessel function J0">;
def BesselJ1Op : Ingot_Unary<"bessel_j1", "Bessel function J1">;
def BesselY0Op : Ingot_Unary<"bessel_y0", "Bessel function Y0">;
def BesselY1Op : Ingot_Unary<"bessel_y1", "Bessel function Y1">;
def BesselK0eOp : Ingot_Unary<"bessel_k0e", "exp(x) times modified Bessel function K0">;
def BesselK1eOp : Ingot_Unary<"bessel_k1e", "exp(x) times modified Bessel function K1">;
def DawsnOp : Ingot_Unary<"dawsn", "Dawson's integral: exp(-x^2) times the integral of exp(t^2) from 0 to x">;
def ExpintOp : Ingot_Unary<"expint", "integral of exp(t) / t for t < x; x > 0">;
def FresnelCosOp : Ingot_Unary<"fresnel_cos", "integral of cos(pi t^2 / 2) from 0 to x">;
def FresnelSinOp : Ingot_Unary<"fresnel_sin", "integral of sin(pi t^2 / 2) from 0 to x">;
def SpenceOp : Ingot_Unary<"spence", "dilogarithm of 1 - x">;
def IgammaOp : Ingot_Binary<"igamma", "regularised lower incomplete gamma function P(x, y)">;
def IgammacOp : Ingot_Binary<"igammac", "regularised upper incomplete gamma function Q(x, y)">;
def ZetaOp : Ingot_Binary<"zeta", "Hurwitz zeta function: sum of (y + k)^-x for k = 0, 1, ...">;

//===--- Activations ------------------------------------------------------===//
def ReluOp : Ingot_Unary<"relu", "max(x, 0)">;
def Relu6Op : Ingot_Unary<"relu6", "min(max(x, 0), 6)">;
def SigmoidOp : Ingot_Unary<"sigmoid", "1 / (1 + exp(-x))">;
def SoftplusOp : Ingot_Unary<"softplus", "log(1 + exp(x))">;
def SoftsignOp : Ingot_Unary<"softsign", "x / (1 + |x|)">;
def EluOp : Ingot_Unary<"elu", "x where x > 0, else exp(x) - 1">;
def SeluOp : Ingot_Unary<"selu", "scaled elu, with the constants of Klambauer et al. 2017">;
def LeakyReluOp : Ingot_Elementwise<"leaky_relu", "Same"> {
  let summary = "x where x > 0, else alpha * x";
  let arguments = (ins AnyTensor:$x, F64Attr:$alpha);
}

//===--- Comparison, logic, bits ------------------------------------------===//
def EqualOp : Ingot_Binary<"equal", "x == y", "Bool">;
def NotEqualOp : Ingot_Binary<"not_equal", "x != y; true with NaN", "Bool">;
def LessOp : Ingot_Binary<"less", "x < y", "Bool">;
def LessEqualOp : Ingot_Binary<"less_equal", "x <= y", "Bool">;
def GreaterOp : Ingot_Binary<"greater", "x > y", "Bool">;
def GreaterEqualOp : Ingot_Binary<"greater_equal", "x >= y", "Bool">;
def AndOp : Ingot_Binary<"and", "bitwise and; logical and of booleans">;
def OrOp : Ingot_Binary<"or", "bitwise or; logical or of booleans">;
def XorOp : Ingot_Binary<"xor", "bitwise exclusive or">;
def NotOp : Ingot_Unary<"not", "bitwise complement; logical not of booleans">;
def ShiftLeftOp : Ingot_Binary<"shift_left", "x << y, y clamped to [0, width - 1]">;
def ShiftRightOp : Ingot_Binary<"shift_right",
                                "x >> y, arithmetic for signed types, y clamped to [0, width - 1]">;
def PopulationCountOp : Ingot_PureOp<"population_count"> {
  let summary = "number of set bits, as ui8";
  let arguments = (ins AnyTensor:$x);
  let results = (outs AnyTensor:$result);
}
def SelectOp : Ingot_PureOp<"select"> {
  let summary = "x where the condition holds, else y; all three are broadcast";
  let arguments = (ins AnyTensor:$condition, AnyTensor:$x, AnyTensor:$y);
  let results = (outs AnyTensor:$result);
}

//===--- Types ------------------------------------------------------------===//
def CastOp : Ingot_PureOp<"cast"> {
  let summary = "conversion of element types, with the results of TensorFlow on x86-64";
  let description = [{
    Floats to integers truncate; NaN, infinities and values out of range give
    what x86-64's conversion instructions give. Complex to real drops the
    imaginary part. Numbers to booleans compare with 0. With `truncate`
    mantissa bits are cut off instead of rounded.
  }];
  let arguments = (ins AnyTensor:$x, TypeAttr:$to, DefaultValuedAttr<BoolAttr, "false">:$truncate);
  let results = (outs AnyTensor:$result);
}
def ComplexOp : Ingot_PureOp<"complex"> {
  let summary = "complex number of real and imaginary part";
  let arguments = (ins AnyTensor:$x, AnyTensor:$y);
  let results = (outs AnyTensor:$result);
}
def RealOp : Ingot_Unary<"real", "real part", "Real">;
def ImagOp : Ingot_Unary<"imag", "imaginary part", "Real">;
def AngleOp : Ingot_Unary<"angle", "argument of a complex number", "Real">;
def ConjOp : Ingot_Unary<"conj", "complex conjugate">;

#endif
