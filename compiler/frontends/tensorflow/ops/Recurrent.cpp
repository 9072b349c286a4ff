#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

//===--- Long short-term memory -------------------------------------------===//

namespace {
/// The cell of LSTMBlockCell, BlockLSTM and BlockLSTMV2 (Zaremba, Sutskever and
/// Vinyals 2014, with the peepholes of Gers and Schmidhuber). The inputs from
/// number `first` on: x, cs_prev, h_prev, w, wci, wcf, wco, b.
class LstmBlock {
public:
  /// What differs between the ops.
  struct Kind {
    size_t first;
    bool isForgetSecond; ///< the order of the gates in w: i, f, ci, o, not i, ci, f, o
    double forgetBias, cellClip;
  };
  LstmBlock(Node &n, const Kind &kind);

  /// What x gives to the sums of the gates, [.., 4 units]; null after an error.
  Value projected;
  Value cells, output; ///< as the sequence starts, [batch, units]

  /// i, cs, f, o, ci, co, h after a step.
  Values step(Value sums, Value cells, Value output);

private:
  bool check();
  void project();
  Value peeped(Value sum, Value cells, size_t weights);

  Node &n;
  Formula f;
  Kind kind;
  bool usesPeepholes;
  Value recurrent;
};
} // namespace

LstmBlock::LstmBlock(Node &n, const Kind &kind)
    : cells(n.in(kind.first + 1)), output(n.in(kind.first + 2)), n(n), f{n}, kind(kind),
      usesPeepholes(n.attrs.getBool("use_peephole", false)) {
  if (check())
    project();
}

/// An error at the node if the inputs do not fit each other.
bool LstmBlock::check() {
  for (size_t i = kind.first; i < kind.first + 8; ++i)
    if (!n.in(i))
      return false;
  Value x = n.in(kind.first), w = n.in(kind.first + 3);
  if (n.rank(x) < 2 || n.rank(x) > 3 || n.rank(cells) != 2 || n.rank(output) != 2 ||
      n.rank(w) != 2 || n.rank(n.in(kind.first + 7)) != 1)
    return (void)n.fail("needs steps of a sequence, states [batch, units] and a matrix of weights"),
           false;
  for (size_t i = 4; usesPeepholes && i < 7; ++i)
    if (n.rank(n.in(kind.first + i)) != 1 ||
        failed(n.requireSame(n.in(kind.first + i), 0, cells, 1, "there must be a peephole a unit")))
      return false;
  StringRef differs = "the states do not fit the sequence";
  return succeeded(n.requireSame(cells, 0, x, n.rank(x) - 2, differs)) &&
         succeeded(n.requireSame(output, 0, cells, 0, differs)) &&
         succeeded(n.requireSame(output, 1, cells, 1, differs)) &&
         succeeded(n.requireSame(n.in(kind.first + 7), 0, w, 1, "there must be a bias a column"));
}

/// x times its rows of the weights, for all steps at once.
void LstmBlock::project() {
  Value x = n.in(kind.first);
  int64_t last = n.rank(x) - 1;
  Value features = extent(n, x, last), units = extent(n, output, 1);
  auto weights = splitSizes(n, n.in(kind.first + 3), n.b.concat(n.loc, {features, units}), 0);
  if (failed(weights))
    return;
  recurrent = (*weights)[1];
  Value rows = n.b.concat(n.loc, {n.b.integers(n.loc, {-1}), features});
  Value columns = extent(n, recurrent, 1);
  Value sums = n.emit<MatmulOp>({n.emit<ReshapeOp>({x, rows}), (*weights)[0]});
  Value shape = n.b.concat(n.loc, {n.b.extents(n.loc, x, 0, last), columns});
  projected = f.add(n.emit<ReshapeOp>({sums, shape}), n.in(kind.first + 7));
}

Value LstmBlock::peeped(Value sum, Value cells, size_t weights) {
  return usesPeepholes ? f.add(sum, f.mul(cells, n.in(kind.first + weights))) : sum;
}

Values LstmBlock::step(Value sums, Value cells, Value output) {
  sums = f.add(sums, n.emit<MatmulOp>({output, recurrent}));
  auto gates = sums ? split(n, sums, 1, 4) : FailureOr<Values>(failure());
  if (failed(gates))
    return Values(7);
  if (kind.isForgetSecond)
    std::swap((*gates)[1], (*gates)[2]);
  Value forget = f.add((*gates)[2], kind.forgetBias);
  Value i = n.emit<SigmoidOp>(peeped((*gates)[0], cells, 4));
  forget = n.emit<SigmoidOp>(peeped(forget, cells, 5));
  Value ci = n.emit<TanhOp>((*gates)[1]);
  cells = f.add(f.mul(ci, i), f.mul(cells, forget));
  if (kind.cellClip > 0) {
    cells = n.emit<MinimumOp>({cells, f.scalar(cells, kind.cellClip)});
    cells = n.emit<MaximumOp>({cells, f.scalar(cells, -kind.cellClip)});
  }
  Value o = n.emit<SigmoidOp>(peeped((*gates)[3], cells, 6));
  Value co = n.emit<TanhOp>(cells);
  return {i, cells, forget, o, ci, co, f.mul(co, o)};
}

static LogicalResult buildLstmCell(Node &n) {
  LstmBlock cell(n,
                 {0, false, n.attrs.getFloat("forget_bias", 1), n.attrs.getFloat("cell_clip", 3)});
  if (!cell.projected)
    return failure();
  if (n.rank(cell.projected) != 2)
    return n.fail("x must be a matrix");
  Value batch = extent(n, cell.cells, 0);
  if (failed(n.require(n.b.squeeze(n.loc, n.emit<GreaterOp>({batch, n.scalar(batch, 0)}), 0),
                       "the batch must not be empty")))
    return failure();
  return n.out(cell.step(cell.projected, cell.cells, cell.output));
}

/// The first `steps` of the sequence; the results of later ones are zeros.
static FailureOr<Values> runLstm(Node &n, LstmBlock &cell, Value steps) {
  auto number = [&](int64_t v) { return n.b.splat(n.loc, {}, n.b.getI64Type(), v); };
  Value length = extent(n, cell.projected, 0);
  Value shape = n.b.concat(n.loc, {length, n.b.extents(n.loc, cell.cells, 0, 2)});
  Values inits = {number(0), cell.cells, cell.output};
  for (int i = 0; i < 7; ++i)
    inits.push_back(n.emit<BroadcastToOp>({n.scalar(cell.cells, 0), shape}));
  auto condition = [&](const Values &v) { return n.emit<LessOp>({v[0], steps}); };
  auto body = [&](const Values &v) -> FailureOr<Values> {
    Values results = cell.step(n.emit<ListGetOp>({cell.projected, v[0]}), v[1], v[2]);
    Values next = {n.emit<AddOp>({v[0], number(1)}), results[1], results[6]};
    for (auto [list, result] : llvm::zip(ArrayRef(v).drop_front(3), results))
      next.push_back(n.emit<ListSetOp>({list, v[0], result}));
    return next;
  };
  auto results = loop(n, inits, condition, body);
  if (succeeded(results))
    results->erase(results->begin(), results->begin() + 3);
  return results;
}

static LogicalResult buildLstmSequence(Node &n, const LstmBlock::Kind &kind) {
  Value steps = n.in(0);
  LstmBlock cell(n, kind);
  if (!steps || !cell.projected)
    return failure();
  if (n.rank(steps) != 0 || n.rank(cell.projected) != 3)
    return n.fail("needs a number of steps and a sequence [time, batch, features]");
  auto results = runLstm(n, cell, steps);
  return failed(results) ? failure() : n.out(*results);
}

static LogicalResult buildBlockLstm(Node &n) {
  return buildLstmSequence(
      n, {1, false, n.attrs.getFloat("forget_bias", 1), n.attrs.getFloat("cell_clip", 3)});
}

static LogicalResult buildBlockLstmV2(Node &n) {
  return buildLstmSequence(n, {1, true, 0, n.attrs.getFloat("cell_clip", 0)});
}

//===--- Gated recurrent unit ---------------------------------------------===//

/// Inputs x, h, w_ru, w_c, b_ru, b_c; outputs r, u, c, h (Cho et al. 2014).
static LogicalResult buildGruCell(Node &n) {
  Value x = n.in(0), h = n.in(1);
  for (size_t i = 0; i < 6; ++i)
    if (!n.in(i))
      return failure();
  if (n.rank(x) != 2 || n.rank(h) != 2)
    return n.fail("needs matrices");
  if (failed(n.requireSame(x, 0, h, 0, "the state does not fit the input")))
    return failure();
  Formula f{n};
  auto layer = [&](Value state, size_t weights) {
    Value joined = n.b.concat(n.loc, {x, state}, 1);
    return f.add(n.emit<MatmulOp>({joined, n.in(weights)}), n.in(weights + 2));
  };
  Value gates = n.emit<SigmoidOp>(layer(h, 2));
  auto parts = gates ? split(n, gates, 1, 2) : FailureOr<Values>(failure());
  if (failed(parts))
    return failure();
  Value r = (*parts)[0], u = (*parts)[1];
  Value c = n.emit<TanhOp>(layer(f.mul(h, r), 3));
  Value kept = f.mul(u, h), taken = f.mul(f.sub(f.scalar(u, 1), u), c);
  return n.out(Values{r, u, c, f.add(kept, taken)});
}

void tensorflow::addRecurrentRows(RowTable &t) {
  static constexpr llvm::StringLiteral lstm[] = {"i", "cs", "f", "o", "ci", "co", "h"};
  static constexpr llvm::StringLiteral gru[] = {"r", "u", "c", "h"};
  t["LSTMBlockCell"] = {buildLstmCell, "recurrent", "", lstm};
  t["BlockLSTM"] = {buildBlockLstm, "recurrent", "", lstm};
  t["BlockLSTMV2"] = {buildBlockLstmV2, "recurrent", "", lstm};
  t["GRUBlockCell"] = {buildGruCell, "recurrent", "", gru};
}
