/* Compiles if the public headers are plain C99, each by itself. */
#include "ingot/threads.h"

#include "ingot/abi.h"
#include "ingot/ingot.h"

struct some_context {
  INGOT_CONTEXT_MEMBERS
};

/* Generated contexts begin as the general one does. */
typedef char same_layout[sizeof(struct some_context) == sizeof(struct ingot_context) ? 1 : -1];
