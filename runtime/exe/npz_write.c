/* Writes stored entries with a fixed time stamp: equal arrays, equal bytes. */
#define _POSIX_C_SOURCE 200809L
#include "npy.h"
#include "npz.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct entry {
  char *name;
  uint32_t crc;
  uint64_t size, offset;
};

struct ingot_npz_writer {
  FILE *file;
  char *path, *temporary; /* temporary is NULL when `path` is written in place */
  uint64_t offset;
  struct entry *entries;
  size_t count, capacity;
};

enum { DATE = 1 << 5 | 1 /* 1 January 1980 */, VERSION = 45 /* zip64 */ };

static void put(struct ingot_npz_writer *writer, const void *bytes, size_t size) {
  fwrite(bytes, 1, size, writer->file); /* errors are asked for at the end */
  writer->offset += size;
}

static void put_little(struct ingot_npz_writer *writer, uint64_t value, int bytes) {
  unsigned char text[8];
  for (int i = 0; i < bytes; ++i)
    text[i] = (unsigned char)(value >> 8 * i);
  put(writer, text, (size_t)bytes);
}

static void release(struct ingot_npz_writer *writer) {
  for (size_t i = 0; i < writer->count; ++i)
    free(writer->entries[i].name);
  free(writer->entries);
  free(writer->temporary);
  free(writer->path);
  free(writer);
}

/* Renaming over a device or a pipe would replace it. */
static bool is_special(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

static FILE *open_file(struct ingot_npz_writer *writer) {
  if (is_special(writer->path))
    return fopen(writer->path, "wb");
  size_t size = strlen(writer->path) + 32;
  writer->temporary = malloc(size);
  if (!writer->temporary)
    return NULL;
  snprintf(writer->temporary, size, "%s.%ld.tmp", writer->path, (long)getpid());
  return fopen(writer->temporary, "wbx");
}

struct ingot_npz_writer *ingot_npz_create(const char *path, struct ingot_failure *failure) {
  struct ingot_npz_writer *writer = calloc(1, sizeof *writer);
  if (writer && (writer->path = strdup(path)) && (writer->file = open_file(writer)))
    return writer;
  ingot_fail(failure, "cannot write: %s", strerror(errno));
  if (writer)
    release(writer);
  return NULL;
}

static bool add_entry(struct ingot_npz_writer *writer, struct entry entry) {
  if (writer->count == writer->capacity) {
    size_t capacity = writer->capacity ? 2 * writer->capacity : 16;
    struct entry *entries = realloc(writer->entries, capacity * sizeof *entries);
    if (!entries)
      return false;
    writer->entries = entries;
    writer->capacity = capacity;
  }
  writer->entries[writer->count++] = entry;
  return true;
}

/* What local and central headers share, from version to extra length. A zip64
 * entry has its sizes in the extra field. */
static void put_common(struct ingot_npz_writer *writer, const struct entry *entry, bool zip64,
                       int extra) {
  uint32_t size = zip64 ? UINT32_MAX : (uint32_t)entry->size;
  put_little(writer, VERSION, 2);
  put_little(writer, 0x0800, 2); /* names are UTF-8 */
  put_little(writer, 0, 2);      /* stored */
  put_little(writer, 0, 2);      /* time */
  put_little(writer, DATE, 2);
  put_little(writer, entry->crc, 4);
  put_little(writer, size, 4);
  put_little(writer, size, 4);
  put_little(writer, strlen(entry->name), 2);
  put_little(writer, (uint64_t)extra, 2);
}

static void put_extra(struct ingot_npz_writer *writer, const struct entry *entry, int fields) {
  uint64_t values[] = {entry->size, entry->size, entry->offset};
  put_little(writer, 1, 2);
  put_little(writer, (uint64_t)fields * 8, 2);
  for (int i = 0; i < fields; ++i)
    put_little(writer, values[i], 8);
}

static void put_local(struct ingot_npz_writer *writer, const struct entry *entry) {
  bool zip64 = entry->size >= UINT32_MAX;
  put_little(writer, 0x04034b50, 4);
  put_common(writer, entry, zip64, zip64 ? 20 : 0);
  put(writer, entry->name, strlen(entry->name));
  if (zip64)
    put_extra(writer, entry, 2);
}

static void put_central(struct ingot_npz_writer *writer, const struct entry *entry) {
  bool zip64 = entry->size >= UINT32_MAX || entry->offset >= UINT32_MAX;
  put_little(writer, 0x02014b50, 4);
  put_little(writer, VERSION, 2);
  put_common(writer, entry, zip64, zip64 ? 28 : 0);
  put_little(writer, 0, 2); /* comment */
  put_little(writer, 0, 2); /* disk */
  put_little(writer, 0, 2); /* attributes */
  put_little(writer, 0, 4);
  put_little(writer, zip64 ? UINT32_MAX : entry->offset, 4);
  put(writer, entry->name, strlen(entry->name));
  if (zip64)
    put_extra(writer, entry, 3);
}

static void put_end64(struct ingot_npz_writer *writer, uint64_t start, uint64_t size) {
  uint64_t here = writer->offset;
  put_little(writer, 0x06064b50, 4);
  put_little(writer, 44, 8); /* bytes that follow */
  put_little(writer, VERSION, 2);
  put_little(writer, VERSION, 2);
  put_little(writer, 0, 8); /* disks */
  put_little(writer, writer->count, 8);
  put_little(writer, writer->count, 8);
  put_little(writer, size, 8);
  put_little(writer, start, 8);
  put_little(writer, 0x07064b50, 4);
  put_little(writer, 0, 4);
  put_little(writer, here, 8);
  put_little(writer, 1, 4);
}

static void put_directory(struct ingot_npz_writer *writer) {
  uint64_t start = writer->offset;
  for (size_t i = 0; i < writer->count; ++i)
    put_central(writer, &writer->entries[i]);
  uint64_t size = writer->offset - start;
  bool zip64 = writer->count >= UINT16_MAX || start >= UINT32_MAX || size >= UINT32_MAX;
  if (zip64)
    put_end64(writer, start, size);
  uint64_t count = zip64 ? UINT16_MAX : writer->count;
  put_little(writer, 0x06054b50, 4);
  put_little(writer, 0, 4); /* disks */
  put_little(writer, count, 2);
  put_little(writer, count, 2);
  put_little(writer, zip64 ? UINT32_MAX : size, 4);
  put_little(writer, zip64 ? UINT32_MAX : start, 4);
  put_little(writer, 0, 2); /* comment */
}

static char *entry_name(const char *key) {
  size_t length = strlen(key);
  char *name = length <= UINT16_MAX - 4 ? malloc(length + 5) : NULL;
  if (name) {
    memcpy(name, key, length);
    memcpy(name + length, ".npy", 5);
  }
  return name;
}

bool ingot_npz_add(struct ingot_npz_writer *writer, const char *key,
                   const struct ingot_array *array, struct ingot_failure *failure) {
  char header[INGOT_NPY_HEADER_MAX];
  size_t bytes;
  if (!ingot_array_bytes(array, &bytes))
    return ingot_fail(failure, "array is too large for the address space");
  size_t header_bytes = ingot_npy_header(array, header);
  struct entry entry = {entry_name(key), 0, header_bytes + bytes, writer->offset};
  if (!entry.name || !add_entry(writer, entry)) {
    free(entry.name);
    return ingot_fail(failure, "out of memory, or a name of more than 65,531 bytes");
  }
  struct entry *added = &writer->entries[writer->count - 1];
  added->crc = ingot_crc32(0, header, header_bytes);
  added->crc = ingot_crc32(added->crc, array->data, bytes);
  put_local(writer, added);
  put(writer, header, header_bytes);
  if (bytes)
    put(writer, array->data, bytes);
  return ferror(writer->file) ? ingot_fail(failure, "cannot write: %s", strerror(errno)) : true;
}

void ingot_npz_abandon(struct ingot_npz_writer *writer) {
  if (!writer)
    return;
  fclose(writer->file);
  if (writer->temporary)
    remove(writer->temporary);
  release(writer);
}

bool ingot_npz_finish(struct ingot_npz_writer *writer, struct ingot_failure *failure) {
  if (!writer)
    return false;
  put_directory(writer);
  bool written = !ferror(writer->file);
  written = fclose(writer->file) == 0 && written;
  if (writer->temporary)
    written = written && rename(writer->temporary, writer->path) == 0;
  if (!written) {
    ingot_fail(failure, "cannot write: %s", strerror(errno));
    if (writer->temporary)
      remove(writer->temporary);
  }
  release(writer);
  return written;
}
