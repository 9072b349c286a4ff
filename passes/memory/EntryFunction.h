#ifndef INGOT_PASSES_MEMORY_ENTRYFUNCTION_H
#define INGOT_PASSES_MEMORY_ENTRYFUNCTION_H

namespace ingot {

/// The first arguments of entry functions, as BindInterface makes them; buffers
/// of the inputs, of variables and of the outputs follow.
constexpr unsigned kContextArgument = 0, kArenaArgument = 1;

} // namespace ingot

#endif
