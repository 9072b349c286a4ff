/* Entries are found through the central directory, as numpy and every unzip
 * do; sizes in local headers are not looked at. */
#define _POSIX_C_SOURCE 200809L
#include "npy.h"
#include "npz.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool ingot_read_file(const char *path, struct ingot_bytes *bytes, struct ingot_failure *failure) {
  struct stat status;
  bytes->data = NULL;
  if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) /* a pipe would be waited for */
    return ingot_fail(failure, "not a regular file");
  FILE *file = fopen(path, "rb");
  if (!file)
    return ingot_fail(failure, "cannot open: %s", strerror(errno));
  bool read = fstat(fileno(file), &status) == 0;
  if (read) {
    bytes->size = (size_t)status.st_size;
    bytes->data = malloc(bytes->size ? bytes->size : 1);
    read = bytes->data && fread(bytes->data, 1, bytes->size, file) == bytes->size;
  }
  fclose(file);
  if (read)
    return true;
  free(bytes->data);
  bytes->data = NULL;
  return ingot_fail(failure, "cannot read all of it into memory");
}

static uint64_t little(const unsigned char *at, int bytes) {
  uint64_t value = 0;
  for (int i = bytes - 1; i >= 0; --i)
    value = value << 8 | at[i];
  return value;
}

enum {
  END_BYTES = 22,
  END64_BYTES = 56,
  LOCATOR_BYTES = 20,
  ENTRY_BYTES = 46,
  LOCAL_BYTES = 30,
  COMMENT_MAX = 65535
};

/* The end record, searched from the back as a comment may follow; NULL if none. */
static const unsigned char *find_end(const struct ingot_bytes *file) {
  if (file->size < END_BYTES)
    return NULL;
  size_t last = file->size - END_BYTES;
  size_t first = last > COMMENT_MAX ? last - COMMENT_MAX : 0;
  for (size_t at = last + 1; at-- > first;)
    if (little(file->data + at, 4) == 0x06054b50 &&
        little(file->data + at + 20, 2) <= file->size - at - END_BYTES)
      return file->data + at;
  return NULL;
}

bool ingot_npz_is_archive(const struct ingot_bytes *bytes) { return find_end(bytes) != NULL; }

struct directory {
  const unsigned char *at, *end;
  uint64_t left; /* entries */
};

static bool in_file(const struct ingot_bytes *file, uint64_t offset, uint64_t size) {
  return offset <= file->size && size <= file->size - offset;
}

/* The zip64 end record, if a locator stands before the plain one. */
static const unsigned char *find_end64(const struct ingot_bytes *file, const unsigned char *end) {
  if (end - file->data < LOCATOR_BYTES || little(end - LOCATOR_BYTES, 4) != 0x07064b50)
    return NULL;
  uint64_t offset = little(end - LOCATOR_BYTES + 8, 8);
  if (!in_file(file, offset, END64_BYTES) || little(file->data + offset, 4) != 0x06064b50)
    return NULL;
  return file->data + offset;
}

static bool open_directory(const struct ingot_bytes *file, struct directory *directory,
                           struct ingot_failure *failure) {
  const unsigned char *end = find_end(file);
  if (!end)
    return ingot_fail(failure, "not a .npz archive");
  const unsigned char *end64 = find_end64(file, end);
  directory->left = end64 ? little(end64 + 32, 8) : little(end + 10, 2);
  uint64_t size = end64 ? little(end64 + 40, 8) : little(end + 12, 4);
  uint64_t offset = end64 ? little(end64 + 48, 8) : little(end + 16, 4);
  if (!in_file(file, offset, size))
    return ingot_fail(failure, "damaged .npz archive: directory outside the file");
  directory->at = file->data + offset;
  directory->end = directory->at + size;
  return true;
}

struct entry {
  const unsigned char *record;
  const char *name;
  size_t name_bytes;
  uint64_t packed, size, offset;
};

/* Sizes and offset that do not fit 32 bits stand in extra field 1, in this order. */
static void read_zip64(struct entry *entry, const unsigned char *extra, size_t bytes) {
  while (bytes >= 4) {
    size_t length = (size_t)little(extra + 2, 2);
    if (length > bytes - 4)
      return;
    if (little(extra, 2) == 1) {
      uint64_t *fields[] = {&entry->size, &entry->packed, &entry->offset};
      const unsigned char *at = extra + 4, *end = at + length;
      for (int i = 0; i < 3; ++i)
        if (*fields[i] == UINT32_MAX && end - at >= 8) {
          *fields[i] = little(at, 8);
          at += 8;
        }
    }
    extra += 4 + length;
    bytes -= 4 + length;
  }
}

static bool next_entry(struct directory *directory, struct entry *entry,
                       struct ingot_failure *failure) {
  const unsigned char *at = directory->at;
  size_t space = (size_t)(directory->end - at);
  if (space < ENTRY_BYTES || little(at, 4) != 0x02014b50)
    return ingot_fail(failure, "damaged .npz archive: bad directory entry");
  size_t name = (size_t)little(at + 28, 2), extra = (size_t)little(at + 30, 2);
  size_t total = ENTRY_BYTES + name + extra + (size_t)little(at + 32, 2);
  if (total > space)
    return ingot_fail(failure, "damaged .npz archive: truncated directory entry");
  *entry = (struct entry){at,
                          (const char *)at + ENTRY_BYTES,
                          name,
                          little(at + 20, 4),
                          little(at + 24, 4),
                          little(at + 42, 4)};
  read_zip64(entry, at + ENTRY_BYTES + name, extra);
  directory->at += total;
  --directory->left;
  return true;
}

static bool has_key(const struct entry *entry, const char *key) {
  size_t length = strlen(key);
  return entry->name_bytes == length + 4 && memcmp(entry->name, key, length) == 0 &&
         memcmp(entry->name + length, ".npy", 4) == 0;
}

static bool load_entry(const struct ingot_bytes *file, const struct entry *entry,
                       struct ingot_array *array, struct ingot_failure *failure) {
  if (little(entry->record + 8, 2) & 1)
    return ingot_fail(failure, "encrypted .npz archives are not supported");
  if (little(entry->record + 10, 2) != 0)
    return ingot_fail(failure, "compressed .npz archives are not supported here "
                               "(save with numpy.savez, not savez_compressed)");
  if (!in_file(file, entry->offset, LOCAL_BYTES) ||
      little(file->data + entry->offset, 4) != 0x04034b50)
    return ingot_fail(failure, "damaged .npz archive: entry outside the file");
  const unsigned char *local = file->data + entry->offset;
  uint64_t start = entry->offset + LOCAL_BYTES + little(local + 26, 2) + little(local + 28, 2);
  if (entry->size != entry->packed || !in_file(file, start, entry->size))
    return ingot_fail(failure, "damaged .npz archive: entry outside the file");
  const unsigned char *data = file->data + start;
  if (ingot_crc32(0, data, (size_t)entry->size) != little(entry->record + 16, 4))
    return ingot_fail(failure, "damaged .npz archive: wrong checksum");
  return ingot_npy_load(data, (size_t)entry->size, array, failure);
}

int ingot_npz_load(const struct ingot_bytes *archive, const char *key, struct ingot_array *array,
                   struct ingot_failure *failure) {
  struct directory directory;
  struct entry entry;
  if (!open_directory(archive, &directory, failure))
    return -1;
  while (directory.left) {
    if (!next_entry(&directory, &entry, failure))
      return -1;
    if (has_key(&entry, key))
      return load_entry(archive, &entry, array, failure) ? 1 : -1;
  }
  return 0;
}
