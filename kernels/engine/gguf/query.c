#include <math.h>
#include <string.h>

#include "gguf/cursor.h"
#include "gguf/parsed.h"

const ge_gguf_entry *ge_gguf_find_entry(const ge_gguf *file, const char *key) {
  const ge_text wanted = {key, strlen(key)};
  size_t low = 0;
  for (size_t high = file->entry_count; low < high;) {
    const size_t middle = low + (high - low) / 2;
    const int order = ge_text_compare(file->entries[middle].key, wanted);
    if (order == 0) {
      return &file->entries[middle];
    }
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return NULL;
}

size_t ge_gguf_tensor_count(const ge_gguf *file) {
  return file->tensor_count;
}

const ge_gguf_tensor *ge_gguf_tensor_at(const ge_gguf *file, size_t i) {
  return i < file->tensor_count ? &file->tensors[i] : NULL;
}

const ge_gguf_tensor *ge_gguf_find_tensor(const ge_gguf *file, const char *name) {
  const ge_text wanted = {name, strlen(name)};
  size_t low = 0;
  for (size_t high = file->tensor_count; low < high;) {
    const size_t middle = low + (high - low) / 2;
    const int order = ge_text_compare(file->tensors_by_name[middle]->name, wanted);
    if (order == 0) {
      return file->tensors_by_name[middle];
    }
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return NULL;
}

/* An integer of any width as int64; false for other types, and above the largest int64. */
static bool integer_at(const ge_gguf_values *values, size_t i, int64_t *number) {
  const size_t size = ge_gguf_type_size(values->type);
  uint64_t bits = 0;
  if (i >= values->count || size == 0) {
    return false;
  }
  memcpy(&bits, values->bytes + i * size, size);
  switch (values->type) {
  case GE_GGUF_UINT8:
  case GE_GGUF_UINT16:
  case GE_GGUF_UINT32:
    *number = (int64_t)bits;
    return true;
  case GE_GGUF_INT8:
    *number = (int8_t)bits;
    return true;
  case GE_GGUF_INT16:
    *number = (int16_t)bits;
    return true;
  case GE_GGUF_INT32:
    *number = (int32_t)bits;
    return true;
  case GE_GGUF_UINT64:
  case GE_GGUF_INT64:
    *number = (int64_t)bits;
    return values->type == GE_GGUF_INT64 || bits <= INT64_MAX;
  default:
    return false;
  }
}

bool ge_gguf_values_u32(const ge_gguf_values *values, size_t i, uint32_t *value) {
  int64_t number;
  if (!integer_at(values, i, &number) || number < 0 || number > UINT32_MAX) {
    return false;
  }
  *value = (uint32_t)number;
  return true;
}

bool ge_gguf_values_i32(const ge_gguf_values *values, size_t i, int32_t *value) {
  int64_t number;
  if (!integer_at(values, i, &number) || number < INT32_MIN || number > INT32_MAX) {
    return false;
  }
  *value = (int32_t)number;
  return true;
}

bool ge_gguf_values_f32(const ge_gguf_values *values, size_t i, float *value) {
  int64_t integer;
  double wide;
  if (i < values->count && values->type == GE_GGUF_FLOAT32) {
    memcpy(value, values->bytes + i * sizeof *value, sizeof *value);
    return true;
  }
  if (i < values->count && values->type == GE_GGUF_FLOAT64) {
    memcpy(&wide, values->bytes + i * sizeof wide, sizeof wide);
  } else if (integer_at(values, i, &integer)) {
    wide = (double)integer;
  } else {
    return false;
  }
  if (fabs(wide) > 3.4e38) {
    return false;
  }
  *value = (float)wide;
  return true;
}

/* The value of a key that is no array. */
static ge_gguf_found find_single(const ge_gguf *file, const char *key, const ge_gguf_values **values) {
  const ge_gguf_entry *entry = ge_gguf_find_entry(file, key);
  if (entry == NULL) {
    return GE_GGUF_ABSENT;
  }
  *values = &entry->values;
  return entry->is_array ? GE_GGUF_MISTYPED : GE_GGUF_FOUND;
}

ge_gguf_found ge_gguf_get_u32(const ge_gguf *file, const char *key, uint32_t *value) {
  const ge_gguf_values *values;
  const ge_gguf_found found = find_single(file, key, &values);
  return found == GE_GGUF_FOUND && !ge_gguf_values_u32(values, 0, value) ? GE_GGUF_MISTYPED : found;
}

ge_gguf_found ge_gguf_get_f32(const ge_gguf *file, const char *key, float *value) {
  const ge_gguf_values *values;
  const ge_gguf_found found = find_single(file, key, &values);
  return found == GE_GGUF_FOUND && !ge_gguf_values_f32(values, 0, value) ? GE_GGUF_MISTYPED : found;
}

ge_gguf_found ge_gguf_get_bool(const ge_gguf *file, const char *key, bool *value) {
  const ge_gguf_values *values;
  const ge_gguf_found found = find_single(file, key, &values);
  if (found != GE_GGUF_FOUND) {
    return found;
  }
  if (values->type != GE_GGUF_BOOL || values->bytes[0] > 1) {
    return GE_GGUF_MISTYPED;
  }
  *value = values->bytes[0] == 1;
  return GE_GGUF_FOUND;
}

ge_gguf_found ge_gguf_get_text(const ge_gguf *file, const char *key, ge_text *value) {
  const ge_gguf_values *values;
  size_t position = 0;
  const ge_gguf_found found = find_single(file, key, &values);
  return found == GE_GGUF_FOUND && !ge_gguf_next_text(values, &position, value) ? GE_GGUF_MISTYPED : found;
}

ge_gguf_found ge_gguf_get_array(const ge_gguf *file, const char *key, ge_gguf_values *values) {
  const ge_gguf_entry *entry = ge_gguf_find_entry(file, key);
  if (entry == NULL) {
    return GE_GGUF_ABSENT;
  }
  if (!entry->is_array || entry->is_nested) {
    return GE_GGUF_MISTYPED;
  }
  *values = entry->values;
  return GE_GGUF_FOUND;
}

bool ge_gguf_next_text(const ge_gguf_values *values, size_t *position, ge_text *text) {
  ge_cursor cursor = {values->bytes, values->size, *position};
  if (values->type != GE_GGUF_STRING || *position >= values->size || !ge_cursor_text(&cursor, text)) {
    return false;
  }
  *position = cursor.at;
  return true;
}
