#include <stdlib.h>

#include "errors/fail.h"
#include "gguf/cursor.h"
#include "gguf/parsed.h"

#define DEFAULT_ALIGNMENT 32u
#define ALIGNMENT_MAX (1u << 20)
/* Arrays within arrays: no published file has any; the limit bounds the stack. */
#define NESTING_MAX 4
/* Elements of a tensor: keeps each size below 2^63 bytes. */
#define ELEMENTS_MAX ((uint64_t)1 << 48)

static ge_status truncated(const ge_cursor *cursor, ge_error *error) {
  return ge_fail(error, GE_ERROR_FORMAT,
                 "GGUF: the file ends inside its header (%zu bytes); it was not copied whole, or is damaged",
                 cursor->size);
}

static ge_status read_name(ge_cursor *cursor, const char *what, ge_text *name, ge_error *error) {
  if (!ge_cursor_text(cursor, name)) {
    return truncated(cursor, error);
  }
  if (name->length == 0 || name->length > GE_GGUF_NAME_MAX) {
    return ge_fail(error, GE_ERROR_FORMAT, "GGUF: the name of a %s has %zu bytes; 1..%u are allowed", what,
                   name->length, GE_GGUF_NAME_MAX);
  }
  return GE_OK;
}

/* Moves past `count` values; arrays of arrays are looked at to their last level. */
static ge_status skip_values(ge_cursor *cursor, uint32_t type, uint64_t count, int depth, ge_error *error) {
  const size_t size = ge_gguf_type_size(type);
  if (size != 0) {
    return count <= SIZE_MAX / size && ge_cursor_skip(cursor, count * size) ? GE_OK : truncated(cursor, error);
  }
  if (type == GE_GGUF_STRING) {
    ge_text text;
    for (uint64_t i = 0; i < count; i++) {
      if (!ge_cursor_text(cursor, &text)) {
        return truncated(cursor, error);
      }
    }
    return GE_OK;
  }
  if (type != GE_GGUF_ARRAY || depth >= NESTING_MAX) {
    return type == GE_GGUF_ARRAY
               ? ge_fail(error, GE_ERROR_FORMAT, "GGUF: arrays lie deeper than %d within arrays", NESTING_MAX)
               : ge_fail(error, GE_ERROR_FORMAT, "GGUF: metadata of type %u; 0..12 are known", type);
  }
  for (uint64_t i = 0; i < count; i++) {
    uint32_t element;
    uint64_t elements;
    if (!ge_cursor_read(cursor, &element, sizeof element) || !ge_cursor_read(cursor, &elements, sizeof elements)) {
      return truncated(cursor, error);
    }
    const ge_status status = skip_values(cursor, element, elements, depth + 1, error);
    if (status != GE_OK) {
      return status;
    }
  }
  return GE_OK;
}

static ge_status read_entry(ge_cursor *cursor, ge_gguf_entry *entry, ge_error *error) {
  uint32_t type;
  uint64_t count = 1;
  const ge_status named = read_name(cursor, "metadata key", &entry->key, error);
  if (named != GE_OK) {
    return named;
  }
  if (!ge_cursor_read(cursor, &type, sizeof type)) {
    return truncated(cursor, error);
  }
  entry->is_array = type == GE_GGUF_ARRAY;
  if (entry->is_array &&
      (!ge_cursor_read(cursor, &type, sizeof type) || !ge_cursor_read(cursor, &count, sizeof count))) {
    return truncated(cursor, error);
  }
  entry->is_nested = entry->is_array && type == GE_GGUF_ARRAY;
  const size_t start = cursor->at;
  const ge_status status = skip_values(cursor, type, count, 0, error);
  entry->values = (ge_gguf_values){(ge_gguf_type)type, (size_t)count, cursor->bytes + start, cursor->at - start};
  return status;
}

static ge_status bad_tensor(const ge_gguf_tensor *tensor, const char *problem, ge_error *error) {
  return ge_fail(error, GE_ERROR_FORMAT, "GGUF: tensor '%.*s' %s", GE_SHOWN(tensor->name), problem);
}

/* Everything but where the bytes begin; `offset` counts from the start of the tensors' bytes. */
static ge_status read_tensor(ge_cursor *cursor, ge_gguf_tensor *tensor, uint64_t *offset, ge_error *error) {
  uint64_t elements = 1;
  const ge_status named = read_name(cursor, "tensor", &tensor->name, error);
  if (named != GE_OK) {
    return named;
  }
  if (!ge_cursor_read(cursor, &tensor->dimensions, sizeof tensor->dimensions)) {
    return truncated(cursor, error);
  }
  if (tensor->dimensions < 1 || tensor->dimensions > GE_GGUF_DIMENSIONS_MAX) {
    return bad_tensor(tensor, "has no dimension, or more than 4", error);
  }
  for (uint32_t i = 0; i < GE_GGUF_DIMENSIONS_MAX; i++) {
    tensor->shape[i] = 1;
    if (i < tensor->dimensions && !ge_cursor_read(cursor, &tensor->shape[i], sizeof *tensor->shape)) {
      return truncated(cursor, error);
    }
    if (tensor->shape[i] == 0 || tensor->shape[i] > ELEMENTS_MAX / elements) {
      return bad_tensor(tensor, "has a dimension of 0, or more than 2^48 elements", error);
    }
    elements *= tensor->shape[i];
  }
  if (!ge_cursor_read(cursor, &tensor->type, sizeof tensor->type) ||
      !ge_cursor_read(cursor, offset, sizeof *offset)) {
    return truncated(cursor, error);
  }
  size_t block, bytes;
  tensor->size = 0;
  if (ge_tensor_block(tensor->type, &block, &bytes)) {
    if (tensor->shape[0] % block != 0) {
      return bad_tensor(tensor, "has rows that are not whole blocks of its type", error);
    }
    tensor->size = (size_t)(elements / block * bytes);
  }
  return GE_OK;
}

static ge_status place_tensor(const ge_gguf *file, size_t start, uint32_t alignment, uint64_t offset,
                              ge_gguf_tensor *tensor, ge_error *error) {
  tensor->bytes = NULL;
  if (offset % alignment != 0) {
    return bad_tensor(tensor, "begins at an offset that is not aligned as general.alignment says", error);
  }
  if (tensor->size == 0) {
    return GE_OK;
  }
  if (offset > file->size - start || tensor->size > file->size - start - offset) {
    return bad_tensor(tensor, "reaches past the end of the file; it was not copied whole, or is damaged", error);
  }
  tensor->bytes = file->bytes + start + offset;
  return GE_OK;
}

static int compare_entries(const void *a, const void *b) {
  return ge_text_compare(((const ge_gguf_entry *)a)->key, ((const ge_gguf_entry *)b)->key);
}

static int compare_tensors(const void *a, const void *b) {
  return ge_text_compare((*(const ge_gguf_tensor *const *)a)->name, (*(const ge_gguf_tensor *const *)b)->name);
}

static ge_status read_metadata(ge_gguf *file, ge_cursor *cursor, ge_error *error) {
  for (size_t i = 0; i < file->entry_count; i++) {
    const ge_status status = read_entry(cursor, &file->entries[i], error);
    if (status != GE_OK) {
      return status;
    }
  }
  qsort(file->entries, file->entry_count, sizeof *file->entries, compare_entries);
  for (size_t i = 1; i < file->entry_count; i++) {
    const ge_text key = file->entries[i].key;
    if (ge_text_compare(file->entries[i - 1].key, key) == 0) {
      return ge_fail(error, GE_ERROR_FORMAT, "GGUF: the metadata key '%.*s' occurs twice", GE_SHOWN(key));
    }
  }
  return GE_OK;
}

static ge_status read_alignment(const ge_gguf *file, uint32_t *alignment, ge_error *error) {
  *alignment = DEFAULT_ALIGNMENT;
  const ge_gguf_found found = ge_gguf_get_u32(file, "general.alignment", alignment);
  if (found == GE_GGUF_MISTYPED || *alignment < 8 || *alignment > ALIGNMENT_MAX ||
      (*alignment & (*alignment - 1)) != 0) {
    return ge_fail(error, GE_ERROR_FORMAT, "GGUF: general.alignment is no power of 2 in 8..%u", ALIGNMENT_MAX);
  }
  return GE_OK;
}

/* `offsets` has room for an offset of each tensor. */
static ge_status read_tensors(ge_gguf *file, ge_cursor *cursor, uint64_t *offsets, ge_error *error) {
  uint32_t alignment;
  ge_status status = read_alignment(file, &alignment, error);
  for (size_t i = 0; status == GE_OK && i < file->tensor_count; i++) {
    status = read_tensor(cursor, &file->tensors[i], &offsets[i], error);
    file->tensors_by_name[i] = &file->tensors[i];
  }
  if (status != GE_OK) {
    return status;
  }
  /* A file without tensors may end before the alignment's next multiple. */
  const size_t aligned = (cursor->at + alignment - 1) & ~(size_t)(alignment - 1);
  const size_t start = aligned < file->size ? aligned : file->size;
  for (size_t i = 0; status == GE_OK && i < file->tensor_count; i++) {
    status = place_tensor(file, start, alignment, offsets[i], &file->tensors[i], error);
  }
  if (status != GE_OK) {
    return status;
  }
  qsort(file->tensors_by_name, file->tensor_count, sizeof *file->tensors_by_name, compare_tensors);
  for (size_t i = 1; i < file->tensor_count; i++) {
    if (ge_text_compare(file->tensors_by_name[i - 1]->name, file->tensors_by_name[i]->name) == 0) {
      return bad_tensor(file->tensors_by_name[i], "occurs twice", error);
    }
  }
  return GE_OK;
}

static ge_status read_counts(ge_gguf *file, ge_cursor *cursor, ge_error *error) {
  char magic[4];
  uint32_t version;
  uint64_t tensors, entries;
  if (!ge_cursor_read(cursor, magic, sizeof magic) || memcmp(magic, "GGUF", sizeof magic) != 0) {
    return ge_fail(error, GE_ERROR_FORMAT, "GGUF: the file does not begin with 'GGUF'; it is of another kind");
  }
  if (!ge_cursor_read(cursor, &version, sizeof version)) {
    return truncated(cursor, error);
  }
  if (version != 2 && version != 3) {
    return ge_fail(error, GE_ERROR_FORMAT, "GGUF: version %u; 2 and 3 in little-endian order are known", version);
  }
  if (!ge_cursor_read(cursor, &tensors, sizeof tensors) || !ge_cursor_read(cursor, &entries, sizeof entries)) {
    return truncated(cursor, error);
  }
  if (tensors > GE_GGUF_ENTRIES_MAX || entries > GE_GGUF_ENTRIES_MAX) {
    return ge_fail(error, GE_ERROR_FORMAT, "GGUF: more than %u metadata keys or tensors", GE_GGUF_ENTRIES_MAX);
  }
  file->tensor_count = (size_t)tensors;
  file->entry_count = (size_t)entries;
  return GE_OK;
}

static ge_status read_file(ge_gguf *file, ge_error *error) {
  ge_cursor cursor = {file->bytes, file->size, 0};
  ge_status status = read_counts(file, &cursor, error);
  if (status != GE_OK) {
    return status;
  }
  /* One more than there are: a size of 0 may give NULL. */
  file->entries = calloc(file->entry_count + 1, sizeof *file->entries);
  file->tensors = calloc(file->tensor_count + 1, sizeof *file->tensors);
  file->tensors_by_name = calloc(file->tensor_count + 1, sizeof *file->tensors_by_name);
  uint64_t *offsets = calloc(file->tensor_count + 1, sizeof *offsets);
  if (file->entries == NULL || file->tensors == NULL || file->tensors_by_name == NULL || offsets == NULL) {
    free(offsets);
    return ge_fail(error, GE_ERROR_MEMORY, "GGUF: no memory for the header");
  }
  status = read_metadata(file, &cursor, error);
  if (status == GE_OK) {
    status = read_tensors(file, &cursor, offsets, error);
  }
  free(offsets);
  return status;
}

ge_status ge_gguf_parse(const void *bytes, size_t size, ge_gguf **file, ge_error *error) {
  if (bytes == NULL || file == NULL) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "GGUF: no bytes, or nowhere to put the file");
  }
  ge_gguf *made = calloc(1, sizeof *made);
  if (made == NULL) {
    return ge_fail(error, GE_ERROR_MEMORY, "GGUF: no memory for the header");
  }
  made->bytes = bytes;
  made->size = size;
  const ge_status status = read_file(made, error);
  if (status != GE_OK) {
    ge_gguf_close(made);
    return status;
  }
  *file = made;
  return GE_OK;
}
