/* A copy of a model with its layers in GK4. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "convert/gguf_writer.h"
#include "errors/fail.h"
#include "graviton_engine.h"
#include "graviton_kernels/gk4_weights.h"
#include "model/parameters.h"
#include "weights/matrix.h"

#define ALIGNMENT_KEY "general.alignment"

typedef struct conversion {
  const gk_ops *kernels;
  ge_pool *pool;
  ge_gguf *file;
  ge_gguf_writer writer;
  ge_status status;
  ge_error *error;
} conversion;

/* The matrices of layers, and nothing else of the architectures that the engine knows. */
static bool is_converted(const ge_gguf_tensor *tensor) {
  return tensor->dimensions == 2 && tensor->name.length > 4 && memcmp(tensor->name.bytes, "blk.", 4) == 0;
}

static void write_metadata(conversion *work) {
  const ge_gguf *file = work->file;
  const bool has_alignment = ge_gguf_find_entry(file, ALIGNMENT_KEY) != NULL;
  ge_gguf_write_counts(&work->writer, file->tensor_count, file->entry_count + (has_alignment ? 1 : 2));
  ge_gguf_write_u32_entry(&work->writer, ALIGNMENT_KEY, GE_GGUF_WRITTEN_ALIGNMENT);
  ge_gguf_write_u32_entry(&work->writer, GE_GK4_KEY, GE_GK4_SUPERBLOCK);
  for (size_t i = 0; i < file->entry_count; i++) {
    if (!ge_text_is(file->entries[i].key, ALIGNMENT_KEY)) {
      ge_gguf_write_entry(&work->writer, &file->entries[i]);
    }
  }
}

static ge_status write_infos(conversion *work) {
  for (size_t i = 0; i < work->file->tensor_count; i++) {
    const ge_gguf_tensor *tensor = &work->file->tensors[i];
    size_t size = tensor->size;
    if (tensor->bytes == NULL) {
      return ge_fail(work->error, GE_ERROR_UNSUPPORTED, "tensor '%.*s' is of ggml type %u, which is not known",
                     GE_SHOWN(tensor->name), tensor->type);
    }
    if (!is_converted(tensor)) {
      ge_gguf_write_tensor_info(&work->writer, tensor->name, tensor->type, tensor->dimensions, tensor->shape, size);
      continue;
    }
    if (gk_gk4_weights_size(tensor->shape[1], tensor->shape[0], GE_GK4_SUPERBLOCK, &size) != GK_OK) {
      return ge_fail(work->error, GE_ERROR_UNSUPPORTED, "tensor '%.*s' is too large for GK4", GE_SHOWN(tensor->name));
    }
    const uint64_t shape = size;
    ge_gguf_write_tensor_info(&work->writer, tensor->name, GE_TENSOR_I8, 1, &shape, size);
  }
  return GE_OK;
}

static ge_status write_tensor(conversion *work, const ge_gguf_tensor *tensor) {
  if (!is_converted(tensor)) {
    ge_gguf_write_bytes(&work->writer, tensor->bytes, tensor->size);
    return GE_OK;
  }
  ge_matrix matrix;
  const ge_status status = ge_matrix_load(work->kernels, work->pool, work->file, tensor, tensor->shape[1],
                                          tensor->shape[0], true, &matrix, work->error);
  if (status == GE_OK) {
    ge_gguf_write_bytes(&work->writer, matrix.bytes, matrix.size);
  }
  ge_matrix_free(&matrix);
  return status;
}

static void convert_job(void *context) {
  conversion *work = context;
  ge_parameters parameters;
  work->status = ge_parameters_read(work->file, &parameters, work->error);
  if (work->status == GE_OK && ge_gguf_find_entry(work->file, GE_GK4_KEY) != NULL) {
    work->status = ge_fail(work->error, GE_ERROR_UNSUPPORTED, "the layers of the model are GK4 already");
  }
  if (work->status != GE_OK) {
    return;
  }
  write_metadata(work);
  work->status = write_infos(work);
  ge_gguf_write_padding(&work->writer);
  for (size_t i = 0; work->status == GE_OK && !work->writer.has_failed && i < work->file->tensor_count; i++) {
    work->status = write_tensor(work, &work->file->tensors[i]);
    ge_gguf_write_padding(&work->writer);
  }
}

static ge_status output_error(conversion *work, const char *output) {
  return ge_fail(work->error, GE_ERROR_FILE, "%s: cannot be written: %s", output, strerror(errno));
}

/* Writes to a file aside, so that nobody meets half a model under its name. */
static ge_status convert_to(conversion *work, const char *output) {
  char aside[PATH_MAX];
  const int length = snprintf(aside, sizeof aside, "%s.part", output);
  if (length < 0 || (size_t)length >= sizeof aside) {
    return ge_fail(work->error, GE_ERROR_FILE, "the path of the output is too long");
  }
  work->writer.file = fopen(aside, "wb");
  if (work->writer.file == NULL) {
    return output_error(work, output);
  }
  ge_pool_lead(work->pool, convert_job, work);
  bool is_written = !work->writer.has_failed && fflush(work->writer.file) == 0 && fsync(fileno(work->writer.file)) == 0;
  is_written = fclose(work->writer.file) == 0 && is_written;
  if (work->status == GE_OK && (!is_written || rename(aside, output) != 0)) {
    work->status = output_error(work, output);
  }
  if (work->status != GE_OK) {
    (void)unlink(aside);
  }
  return work->status;
}

ge_status ge_convert(const char *input, const char *output, uint32_t threads, ge_error *error) {
  conversion work = {.error = error};
  if (input == NULL || output == NULL || threads < 1 || threads > GE_THREADS_MAX) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "no input, no output, or %u threads (1..%u)", threads, GE_THREADS_MAX);
  }
  if (gk_load(&work.kernels) != GK_OK) {
    return ge_fail(error, GE_ERROR_KERNELS, "the kernels cannot be loaded");
  }
  ge_status status = ge_gguf_open(input, &work.file, error);
  if (status == GE_OK) {
    status = ge_pool_new(threads, NULL, &work.pool, error);
  }
  if (status == GE_OK) {
    status = convert_to(&work, output);
  }
  ge_pool_free(work.pool);
  ge_gguf_close(work.file);
  return status;
}
