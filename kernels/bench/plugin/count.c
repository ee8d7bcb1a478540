/*
 * TCG plug-in for qemu-aarch64 that counts the instructions a program executes between marks, exactly.
 *
 *   hint #(64 + r)   region r (0..30) begins
 *   hint #127        the region ends
 *
 * Both are unallocated hints, which every AArch64 CPU executes as no-ops. Marks are not counted.
 *
 *   -plugin libcount.so,counts=FILE[,trace=FILE,segments=FILE]
 *
 *   counts    JSON: [{"region": r, "entries": n, "instructions": n}, ...]
 *   trace     which segments ran, in order: little-endian uint32, the number of a segment, or TRACE_REGION + r where
 *             region r begins
 *   segments  one line for each segment of the trace: its number, its address, its instruction words in hexadecimal
 *
 * A segment is a run of instructions that is only entered at its start and left at its end: a translation block, or a
 * part of one between marks. Counting segments instead of instructions costs almost nothing and is as exact, as long as
 * no instruction inside a region faults. Only programs that run one thread inside their regions are counted right.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_plugin_api.h"

#define EXPORT __attribute__((visibility("default")))
EXPORT int qemu_plugin_version = 1;

enum { REGIONS = 31, OUTSIDE = -1, BUCKETS = 1 << 14, END_OF_REGION = 127, FIRST_REGION = 64 };
static const uint32_t TRACE_REGION = 0xffffff00u;

typedef struct segment {
  uint64_t executions; /* since the last mark; raised by translated code */
  uint64_t address;
  uint32_t number, length;
  uint32_t *words;
  struct segment *next;
} segment;

static segment *buckets[BUCKETS];
static uint32_t segment_count;
static struct {
  uint64_t entries, instructions;
} regions[REGIONS];
static int current = OUTSIDE;
static const char *counts_path, *segments_path;
static FILE *trace;

static void *allocate(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (memory == NULL) {
    (void)fprintf(stderr, "count: out of memory\n");
    abort();
  }
  return memory;
}

static FILE *open_output(const char *path) {
  FILE *file = fopen(path, "w");
  if (file == NULL) {
    perror(path);
    abort();
  }
  return file;
}

static void trace_word(uint32_t word) {
  if (trace != NULL && fwrite(&word, sizeof word, 1, trace) != 1) {
    perror("count: trace");
    abort();
  }
}

/* Adds what ran since the last mark to the region that it ran in, and starts again from zero. */
static void settle(void) {
  for (size_t b = 0; b < BUCKETS; b++) {
    for (segment *s = buckets[b]; s != NULL; s = s->next) {
      if (current != OUTSIDE) {
        regions[current].instructions += s->executions * s->length;
      }
      s->executions = 0;
    }
  }
}

static void on_mark(unsigned cpu, void *data) {
  (void)cpu;
  settle();
  current = (int)(intptr_t)data;
  if (current != OUTSIDE) {
    regions[current].entries++;
    trace_word(TRACE_REGION + (uint32_t)current);
  }
}

static void on_segment(unsigned cpu, void *data) {
  (void)cpu;
  if (current != OUTSIDE) {
    trace_word(((const segment *)data)->number);
  }
}

/* QEMU translates the same code again after it emptied its cache; such a segment keeps its counter. */
static segment *find_segment(uint64_t address, const uint32_t *words, size_t length) {
  segment **bucket = &buckets[(address >> 2) * 2654435761u % BUCKETS];
  for (segment *s = *bucket; s != NULL; s = s->next) {
    if (s->address == address && s->length == length && memcmp(s->words, words, length * sizeof *words) == 0) {
      return s;
    }
  }
  segment *s = allocate(1, sizeof *s);
  s->address = address;
  s->number = segment_count++;
  s->length = (uint32_t)length;
  s->words = allocate(length, sizeof *words);
  memcpy(s->words, words, length * sizeof *words);
  s->next = *bucket;
  *bucket = s;
  return s;
}

static uint32_t word_at(const struct qemu_plugin_tb *tb, size_t index) {
  uint32_t word;
  memcpy(&word, qemu_plugin_insn_data(qemu_plugin_tb_get_insn(tb, index)), sizeof word);
  return word;
}

/* The operand of a HINT instruction, or -1 for any other. */
static int hint_operand(uint32_t word) {
  return (word & 0xfffff01fu) == 0xd503201fu ? (int)(word >> 5 & 127) : -1;
}

static void add_segment(struct qemu_plugin_tb *tb, size_t begin, size_t end) {
  if (begin == end) {
    return;
  }
  uint32_t *words = allocate(end - begin, sizeof *words);
  for (size_t i = begin; i < end; i++) {
    words[i - begin] = word_at(tb, i);
  }
  struct qemu_plugin_insn *first = qemu_plugin_tb_get_insn(tb, begin);
  segment *s = find_segment(qemu_plugin_insn_vaddr(first), words, end - begin);
  free(words);
  qemu_plugin_register_vcpu_insn_exec_inline(first, QEMU_PLUGIN_INLINE_ADD_U64, &s->executions, 1);
  if (trace != NULL) {
    qemu_plugin_register_vcpu_insn_exec_cb(first, on_segment, QEMU_PLUGIN_CB_NO_REGS, s);
  }
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
  (void)id;
  const size_t count = qemu_plugin_tb_n_insns(tb);
  size_t begin = 0;
  for (size_t i = 0; i < count; i++) {
    const int operand = hint_operand(word_at(tb, i));
    if (operand < FIRST_REGION) {
      continue;
    }
    const intptr_t region = operand == END_OF_REGION ? OUTSIDE : operand - FIRST_REGION;
    if (region >= REGIONS) {
      continue;
    }
    add_segment(tb, begin, i);
    begin = i + 1;
    qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_tb_get_insn(tb, i), on_mark, QEMU_PLUGIN_CB_NO_REGS,
                                           (void *)region);
  }
  add_segment(tb, begin, count);
}

static void write_counts(void) {
  FILE *file = open_output(counts_path);
  const char *separator = "";
  (void)fputs("[", file);
  for (int r = 0; r < REGIONS; r++) {
    if (regions[r].entries > 0) {
      (void)fprintf(file, "%s\n{\"region\": %d, \"entries\": %llu, \"instructions\": %llu}", separator, r,
                    (unsigned long long)regions[r].entries, (unsigned long long)regions[r].instructions);
      separator = ",";
    }
  }
  (void)fputs("\n]\n", file);
  (void)fclose(file);
}

static void write_segments(void) {
  FILE *file = open_output(segments_path);
  for (size_t b = 0; b < BUCKETS; b++) {
    for (const segment *s = buckets[b]; s != NULL; s = s->next) {
      (void)fprintf(file, "%u %llx", s->number, (unsigned long long)s->address);
      for (uint32_t i = 0; i < s->length; i++) {
        (void)fprintf(file, " %08x", s->words[i]);
      }
      (void)fputc('\n', file);
    }
  }
  (void)fclose(file);
}

static void on_exit_of_guest(qemu_plugin_id_t id, void *data) {
  (void)id;
  (void)data;
  settle();
  write_counts();
  if (trace != NULL) {
    (void)fclose(trace);
    write_segments();
  }
}

static const char *option_value(const char *argument, const char *name) {
  const size_t length = strlen(name);
  return strncmp(argument, name, length) == 0 && argument[length] == '=' ? argument + length + 1 : NULL;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
  const char *trace_path = NULL;
  for (int i = 0; i < argc; i++) {
    const char *value;
    if ((value = option_value(argv[i], "counts")) != NULL) {
      counts_path = strdup(value);
    } else if ((value = option_value(argv[i], "trace")) != NULL) {
      trace_path = strdup(value);
    } else if ((value = option_value(argv[i], "segments")) != NULL) {
      segments_path = strdup(value);
    } else {
      (void)fprintf(stderr, "count: takes counts=, trace= and segments=: got %s\n", argv[i]);
      return 1;
    }
  }
  if (strcmp(info->target_name, "aarch64") != 0 || info->system_emulation) {
    (void)fprintf(stderr, "count: reads the programs of qemu-aarch64: got %s\n", info->target_name);
    return 1;
  }
  if (counts_path == NULL || (trace_path == NULL) != (segments_path == NULL)) {
    (void)fprintf(stderr, "count: needs counts=FILE, and trace=FILE only together with segments=FILE\n");
    return 1;
  }
  trace = trace_path == NULL ? NULL : open_output(trace_path);
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
  qemu_plugin_register_atexit_cb(id, on_exit_of_guest, NULL);
  return 0;
}
