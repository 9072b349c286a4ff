#include "tools/ingot/Samples.h"

#include "tools/ingot/Error.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace ingot;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

static std::string shapeText(int32_t rank, const int64_t *dims) {
  char text[256];
  ingot_print_shape(text, sizeof text, rank, dims);
  return text;
}

static size_t elements(const ingot_array &array) {
  size_t count = 1;
  for (int32_t i = 0; i < array.rank; ++i)
    count *= size_t(array.dims[i]);
  return count;
}

template <class T> static bool areFinite(const ingot_array &array) {
  llvm::ArrayRef<T> values(static_cast<const T *>(array.data), elements(array));
  return llvm::all_of(values, [](T v) { return std::isfinite(v); });
}

static bool areFinite(const ingot_array &array) {
  if (array.kind != 'f')
    return true;
  return array.item == 4   ? areFinite<float>(array)
         : array.item == 8 ? areFinite<double>(array)
                           : true;
}

/// Whether the dimensions behind the first `skip` are those of the input.
static bool fits(const ingot_array &array, int32_t skip, const ingot_tensor &tensor, int32_t from) {
  for (int32_t i = from; i < tensor.rank; ++i)
    if (tensor.dims[i] >= 0 && tensor.dims[i] != array.dims[i - from + skip])
      return false;
  return true;
}

Error Samples::add(const NpzReader &file, const ingot_signature &signature,
                   const ingot_tensor &tensor) {
  auto loaded = file.load(tensor.name);
  if (!loaded)
    return loaded.takeError();
  if (!*loaded)
    return failed(where, "no array '" + Twine(tensor.name) + "' for this input of signature '" +
                             signature.name + "' (--signature chooses what is compiled)");
  const ingot_array &array = ***loaded;
  auto wrong = [&](const Twine &what) { return failed(where, Twine(tensor.name) + ": " + what); };
  bool hasOwnDim = array.rank == tensor.rank + 1;
  if (array.rank == 0)
    return wrong("there is no dimension that counts samples");
  if (!(hasOwnDim || array.rank == tensor.rank) || !fits(array, 1, tensor, hasOwnDim ? 0 : 1))
    return wrong("shape is " + shapeText(array.rank, array.dims) + ", but the input's is " +
                 shapeText(tensor.rank, tensor.dims) +
                 " (samples are counted by the first "
                 "dimension)");
  if (array.dims[0] == 0)
    return wrong("there are no samples");
  if (count >= 0 && count != array.dims[0])
    return wrong(Twine(array.dims[0]) + " samples, but " + inputs.front().name + " has " +
                 Twine(count));
  if (!areFinite(array))
    return wrong("NaN or infinite numbers are no data to calibrate with");
  int64_t own = hasOwnDim ? 1 : std::max<int64_t>(tensor.dims[0], 0);
  if (own && step && own != step)
    return wrong("the inputs' batches have different sizes");
  count = array.dims[0];
  step = own ? own : step;
  inputs.push_back({tensor.name, std::move(**loaded), hasOwnDim});
  return Error::success();
}

Expected<Samples> Samples::load(const NpzReader &file, const ingot_signature &signature) {
  Samples result;
  result.where = file.path().str();
  for (int32_t i = 0; i < signature.input_count; ++i)
    if (Error error = result.add(file, signature, signature.inputs[i]))
      return std::move(error);
  if (result.inputs.empty()) {
    result.count = result.step = 1;
    return result;
  }
  if (result.step && result.count % result.step)
    return failed(result.where, Twine(result.count) + " samples are no multiple of the batch of " +
                                    Twine(result.step));
  if (!result.step)
    result.step = std::min(result.count, kMostTogether);
  return result;
}

/// The samples of one call.
class Samples::Slices : public Source {
public:
  Slices(const Samples &samples, size_t call) : samples(samples), call(call) {}
  std::string where() const override { return samples.where; }

  Expected<std::optional<Array>> load(StringRef key) override {
    for (const Input &input : samples.inputs)
      if (key == input.name)
        return slice(input);
    return std::nullopt;
  }

private:
  Expected<std::optional<Array>> slice(const Input &input) const {
    const ingot_array &all = *input.array;
    int64_t first = int64_t(call) * samples.step;
    ingot_array part = all;
    part.data = nullptr;
    part.dims[0] = std::min(samples.step, samples.count - first);
    size_t bytesOfOne = elements(all) / size_t(all.dims[0]) * all.item;
    size_t bytes = bytesOfOne * size_t(part.dims[0]);
    if (input.hasOwnDim)
      std::copy(all.dims + 1, all.dims + part.rank--, part.dims);
    ingot_failure failure;
    if (!ingot_array_allocate(&part, &failure))
      return failed(samples.where, failure.text);
    if (bytes)
      std::memcpy(part.data, static_cast<const char *>(all.data) + bytesOfOne * size_t(first),
                  bytes);
    return Array(part);
  }

  const Samples &samples;
  size_t call;
};

std::unique_ptr<Source> Samples::source(size_t call) const {
  return std::make_unique<Slices>(*this, call);
}
