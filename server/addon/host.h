/*
 * One model at work: an engine, its tokenizer, and the thread that alone calls the engine. The JavaScript thread leaves
 * commands; what comes of them is reported by a function that the host is given.
 */
#ifndef GRAVITON_ADDON_HOST_H
#define GRAVITON_ADDON_HOST_H

#include <pthread.h>
#include <stdatomic.h>

#include "gguf/gguf.h"
#include "grammar/grammar.h"
#include "graviton_engine.h"
#include "tokenizer/from_gguf.h"

/* What became of a request, or of the model. */
typedef enum report_kind {
  REPORT_OPENED = 0,   /* the model is loaded, or `error` says why not */
  REPORT_TOKENS = 1,   /* more of an answer */
  REPORT_FINISHED = 2, /* the end of an answer, or of an embedding: `finish`, or `error` */
  REPORT_CLOSED = 3    /* nothing follows */
} report_kind;

typedef struct report {
  report_kind kind;
  uint32_t request;
  ge_finish finish;
  char *error; /* NULL: none */
  uint32_t *tokens;
  size_t token_count;
  float *log_probabilities; /* of each token, its own and then those of the likeliest; NULL: none */
  uint32_t *likeliest;      /* so many for each token */
  size_t likeliest_count;
  float *embedding; /* NULL: none */
  size_t embedding_length;
} report;

void report_free(report *made);

/* Takes the report; called by the host's thread. */
typedef void report_sink(void *context, report *made);

typedef struct command command;

typedef struct host_options {
  char *path;
  ge_options engine; /* `cores` belong to the options */
} host_options;

void host_options_free(host_options *options);

/* A slot of the engine at work. */
typedef struct working {
  uint32_t request;
  uint32_t slot;
  bool wants_embedding;
  bool wants_log_probabilities;
  ge_matcher *matcher; /* NULL: any text */
} working;

typedef struct host {
  atomic_uint references;
  host_options options;
  report_sink *sink;
  void *sink_context;

  pthread_t thread;
  pthread_mutex_t mutex; /* of the following */
  pthread_cond_t wake;
  command *first;
  command **last;
  bool is_open; /* the model is loaded */
  bool is_closing;

  /* Set before REPORT_OPENED; read by any thread after it. */
  ge_info info;
  gtok_tokenizer *tokenizer;
  char *architecture;
  char *variant;
  char *name;          /* general.name, or NULL */
  char *chat_template; /* or NULL */
  ge_pooling pooling;  /* of embeddings */
  ge_token_set *tokens;  /* for grammars; NULL: the vocabulary follows none */
  char *grammar_problem; /* why not */

  /* Of the host's thread alone. */
  ge_engine *engine;
  uint32_t *stops;
  size_t stop_count;
  uint32_t *mask; /* the tokens that the tokenizer knows; NULL when those are all */
  uint32_t *grammar_mask; /* room for one */
  size_t mask_words;
  working *work;
  size_t work_count;
} host;

/* A host whose thread begins to load. It takes the options in any case. NULL when there is no memory, or no thread. */
host *host_start(host_options *options, report_sink *sink, void *sink_context);

void host_retain(host *self);
void host_release(host *self);

/* Whether the model is loaded, so that what is below REPORT_OPENED can be read. */
bool host_is_open(host *self);

/*
 * Gives the thread work. `request` and what it points to are copied; its stop tokens and pooling are the model's own. The
 * matcher, or NULL, is the host's in any case. NULL, or why the work is not taken.
 */
const char *host_submit(host *self, uint32_t number, const ge_request *request, ge_matcher *matcher);

/* Does nothing when the request has ended. NULL, or why it cannot be told. */
const char *host_cancel(host *self, uint32_t number);

/* Ends the thread after the step that it is at. What it worked on is reported as cancelled. */
void host_close(host *self);

/* Reads what the tokenizer and the server need of an opened engine, to the host. */
ge_status host_read_model(host *self, ge_error *error);

/* The thread's function. */
void *host_run(void *self);

/* Takes the commands that wait; waits for one when `idle`. True when the host is closing. */
bool host_take_commands(host *self, bool idle, command **taken);

struct command {
  command *next;
  uint32_t number;
  bool is_cancel;
  ge_request request; /* points into `data` */
  ge_matcher *matcher;
  uint64_t data[];
};

#endif
