/* The .npz format: a zip archive (PKWARE APPNOTE 6.3, zip64 included) with an
 * entry KEY.npy for every array. Stored entries only. */
#ifndef INGOT_EXE_NPZ_H
#define INGOT_EXE_NPZ_H

#include "array.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A file's bytes in memory. */
struct ingot_bytes {
  unsigned char *data;
  size_t size;
};

/* Reads a regular file; release data with free(). */
bool ingot_read_file(const char *path, struct ingot_bytes *bytes, struct ingot_failure *failure);

/* Loads the array of one key from an archive, whose bytes may be any: 1 when
 * found, 0 when there is none of that key, -1 at a failure. */
int ingot_npz_load(const struct ingot_bytes *archive, const char *key, struct ingot_array *array,
                   struct ingot_failure *failure);

/* Whether the bytes end as a zip archive does. */
bool ingot_npz_is_archive(const struct ingot_bytes *bytes);

/* An archive in the making, under a temporary name beside `path`. */
struct ingot_npz_writer;
struct ingot_npz_writer *ingot_npz_create(const char *path, struct ingot_failure *failure);
bool ingot_npz_add(struct ingot_npz_writer *writer, const char *key,
                   const struct ingot_array *array, struct ingot_failure *failure);
/* Both free the writer. Finish gives the archive its name, or removes it at a
 * failure; abandon removes it. Both take NULL. */
bool ingot_npz_finish(struct ingot_npz_writer *writer, struct ingot_failure *failure);
void ingot_npz_abandon(struct ingot_npz_writer *writer);

/* CRC-32 as in zip and gzip; start with crc = 0. */
uint32_t ingot_crc32(uint32_t crc, const void *bytes, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* INGOT_EXE_NPZ_H */
