/* Reads a request from the words of a `submit` command. */
#ifndef GRAVITON_ENGINE_TOOLS_RUN_REQUEST_H
#define GRAVITON_ENGINE_TOOLS_RUN_REQUEST_H

#include "graviton_engine.h"

/* The request, and what it points to. */
typedef struct run_request {
  ge_request request;
  uint32_t *tokens;
  uint32_t *stop_tokens;
  ge_logit_bias *biases;
} run_request;

/* Reads `line` to its end; false at the first word that is not understood, which *bad then is. */
bool read_request(char *line, run_request *read, const char **bad);

void free_request(run_request *read);

#endif
