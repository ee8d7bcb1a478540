#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors/fail.h"
#include "gguf/parsed.h"

static ge_status file_error(const char *path, const char *what, ge_error *error) {
  return ge_fail(error, GE_ERROR_FILE, "%s: %s: %s", path, what, strerror(errno));
}

static ge_status map_file(const char *path, int descriptor, void **bytes, size_t *size, ge_error *error) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) {
    return file_error(path, "cannot be read", error);
  }
  if (!S_ISREG(status.st_mode) || status.st_size == 0) {
    return ge_fail(error, GE_ERROR_FILE, "%s: is empty, or no regular file", path);
  }
  *size = (size_t)status.st_size;
  *bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  return *bytes == MAP_FAILED ? file_error(path, "cannot be mapped", error) : GE_OK;
}

ge_status ge_gguf_open(const char *path, ge_gguf **file, ge_error *error) {
  if (path == NULL || file == NULL) {
    return ge_fail(error, GE_ERROR_ARGUMENT, "GGUF: no path, or nowhere to put the file");
  }
  /* Without waiting: a pipe, which is refused below, would wait for somebody to write into it. */
  const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    return file_error(path, "cannot be opened", error);
  }
  void *bytes = NULL;
  size_t size = 0;
  ge_status status = map_file(path, descriptor, &bytes, &size, error);
  (void)close(descriptor);
  if (status != GE_OK) {
    return status;
  }
  status = ge_gguf_parse(bytes, size, file, error);
  if (status != GE_OK) {
    (void)munmap(bytes, size);
    return status;
  }
  (*file)->is_mapped = true;
  return GE_OK;
}

/* Advice about the pages that lie wholly inside a tensor; nothing depends on whether it is taken. */
static void advise(const ge_gguf *file, const ge_gguf_tensor *tensor, int advice) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  const uintptr_t start = ((uintptr_t)tensor->bytes + page - 1) / page * page;
  const uintptr_t end = ((uintptr_t)tensor->bytes + tensor->size) / page * page;
  if (file->is_mapped && start < end) {
    (void)madvise((void *)start, end - start, advice);
  }
}

void ge_gguf_will_need(const ge_gguf *file, const ge_gguf_tensor *tensor) {
  advise(file, tensor, MADV_WILLNEED);
}

void ge_gguf_let_go(const ge_gguf *file, const ge_gguf_tensor *tensor) {
  advise(file, tensor, MADV_DONTNEED);
}

void ge_gguf_close(ge_gguf *file) {
  if (file == NULL) {
    return;
  }
  if (file->is_mapped) {
    (void)munmap((void *)(uintptr_t)file->bytes, file->size);
  }
  free(file->entries);
  free(file->tensors);
  free(file->tensors_by_name);
  free(file);
}
