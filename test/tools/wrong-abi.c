/* A library of another binary interface; nothing after the number may be read. */
#include "ingot/abi.h"

static const uint32_t abi = INGOT_ABI + 1;

const struct ingot_model *ingot_model_query(void) {
  return (const struct ingot_model *)(const void *)&abi;
}
