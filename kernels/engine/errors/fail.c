#include "errors/fail.h"

#include <stdarg.h>
#include <stdio.h>

ge_status ge_fail(ge_error *error, ge_status status, const char *format, ...) {
  if (error == NULL) {
    return status;
  }
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(error->text, sizeof error->text, format, arguments);
  va_end(arguments);
  if (length < 0) {
    error->text[0] = '\0';
  }
  for (char *at = error->text; *at != '\0'; at++) {
    if (*at < ' ' || *at > '~') {
      *at = '?';
    }
  }
  return status;
}

const char *ge_status_name(ge_status status) {
  switch (status) {
  case GE_OK:
    return "GE_OK";
  case GE_ERROR_ARGUMENT:
    return "GE_ERROR_ARGUMENT";
  case GE_ERROR_FILE:
    return "GE_ERROR_FILE";
  case GE_ERROR_FORMAT:
    return "GE_ERROR_FORMAT";
  case GE_ERROR_UNSUPPORTED:
    return "GE_ERROR_UNSUPPORTED";
  case GE_ERROR_MEMORY:
    return "GE_ERROR_MEMORY";
  case GE_ERROR_BUSY:
    return "GE_ERROR_BUSY";
  case GE_ERROR_STATE:
    return "GE_ERROR_STATE";
  case GE_ERROR_THREADS:
    return "GE_ERROR_THREADS";
  case GE_ERROR_KERNELS:
    return "GE_ERROR_KERNELS";
  case GE_ERROR_CAPACITY:
    return "GE_ERROR_CAPACITY";
  }
  return "unknown ge_status";
}
