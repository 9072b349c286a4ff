#include "test/mutate/Mutator.h"

#include "test/unit/frontends/Support.h"

#include <cstring>

using namespace ingot::test;

static constexpr uint64_t kExtremes[] = {0,
                                         1,
                                         2,
                                         7,
                                         127,
                                         128,
                                         255,
                                         65536,
                                         0x7fffffff,
                                         0x80000000,
                                         0xffffffff,
                                         INT64_MAX,
                                         uint64_t(INT64_MIN),
                                         UINT64_MAX,
                                         UINT64_MAX - 1};

static uint64_t changed(uint64_t value, std::mt19937 &random) {
  switch (random() % 4) {
  case 0:
    return value + 1;
  case 1:
    return value - 1;
  case 2:
    return value ^ uint64_t(1) << random() % 64;
  default:
    return kExtremes[random() % std::size(kExtremes)];
  }
}

Mutator::Mutator(std::string original) : original(std::move(original)) {
  message = parseWire(this->original);
}

static WireMessagePtr withoutOne(const WireMessage &message, std::mt19937 &random) {
  std::vector<WireField> fields = message.fields();
  if (!fields.empty())
    fields.erase(fields.begin() + random() % fields.size());
  return message.with(0, std::move(fields));
}

/// Changes one field of the list: its value, its number, its presence, its place.
static void mutateField(std::vector<WireField> &list, const std::vector<WireField> &donors,
                        std::mt19937 &random) {
  size_t at = random() % list.size();
  WireField &field = list[at];
  switch (random() % 8) {
  case 0:
    list.erase(list.begin() + at);
    break;
  case 1:
    list.insert(list.end(), 1 + random() % 3, WireField(field));
    break;
  case 2:
    std::swap(field, list[random() % list.size()]);
    break;
  case 3:
    field.number = 1 + random() % 20;
    break;
  case 4:
    field = donors[random() % donors.size()];
    break;
  default:
    if (field.kind != 2)
      field.value = changed(field.value, random);
    else if (!field.message)
      field.bytes = std::make_shared<const std::string>(mutate(*field.bytes, random));
    else
      field.message = withoutOne(*field.message, random);
  }
}

std::string Mutator::mutateFields(std::mt19937 &random) const {
  WireMessagePtr mutant = message;
  for (unsigned i = 0, n = 1 + random() % 3; i < n; ++i) {
    const std::vector<WireField> &donors = mutant->at(random() % mutant->count()).fields();
    size_t victim = random() % mutant->count();
    std::vector<WireField> fields = mutant->at(victim).fields();
    if (fields.empty() || donors.empty())
      continue;
    mutateField(fields, donors, random);
    mutant = mutant->with(victim, std::move(fields));
  }
  return mutant->bytes();
}

std::string Mutator::mutateWords(std::mt19937 &random) const {
  std::string bytes = original;
  if (bytes.size() < 8)
    return bytes;
  for (unsigned i = 0, n = 1 + random() % 3; i < n; ++i) {
    char *at = &bytes[random() % (bytes.size() / 4) * 4];
    uint32_t word = 0;
    size_t size = std::min<size_t>(4, bytes.data() + bytes.size() - at);
    std::memcpy(&word, at, size);
    if (random() % 4 == 0)
      std::memcpy(&word, &bytes[random() % (bytes.size() - 4)], 4);
    else
      word = uint32_t(changed(word, random));
    std::memcpy(at, &word, size);
  }
  return bytes;
}

std::string Mutator::mutant(uint32_t i) const {
  std::mt19937 random(i);
  random.discard(16); // generators of neighbouring seeds begin alike
  if (random() % 4 == 0)
    return mutate(original, random);
  return message && !message->fields().empty() ? mutateFields(random) : mutateWords(random);
}
