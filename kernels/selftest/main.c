#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "support/cpu_features.h"

enum { EXIT_PASS = 0, EXIT_FAIL = 1, EXIT_USAGE = 2 };

static const char usage[] =
    "graviton-kernels-selftest " GK_VERSION_STRING ": checks the kernels beside it on this CPU.\n"
    "\n"
    "  (nothing)            check each variant that this CPU runs, up to " GK_MAX_VARIANT_ENV "\n"
    "  --list               the variants, the CPU features they need, and whether this CPU has them\n"
    "  --variant NAME       check this variant alone, even where it ends by SIGILL\n"
    "  --hwcap HEX [--hwcap2 HEX] [--midr HEX]\n"
    "                       the variant for these words, without looking at this CPU\n"
    "  --detect-stdin       the same for each line \"HWCAP HWCAP2 [MIDR]\" of standard input\n"
    "  --perturb-reference  put a fault into the reference: the check must fail\n"
    "  --help               this text\n"
    "\n"
    "Exit status: 0 passed, 1 failed, 2 wrong use.\n";

typedef struct options {
  int list, detect, detect_stdin, perturb;
  gk_cpu detect_cpu;
  const char *variant;
} options;

static int usage_error(const char *problem, const char *got) {
  (void)fprintf(stderr, "graviton-kernels-selftest: %s%s%s. Try --help.\n", problem, got ? ": got " : "",
                got ? got : "");
  return EXIT_USAGE;
}

static int parse_hex(const char *text, uint64_t *value) {
  char *end;
  errno = 0;
  const unsigned long long number = strtoull(text, &end, 16);
  *value = number;
  return errno == 0 && end != text && *end == '\0' && text[0] != '-';
}

static uint64_t *word_of(options *o, int option) {
  return option == '1' ? &o->detect_cpu.hwcap : option == '2' ? &o->detect_cpu.hwcap2 : &o->detect_cpu.midr;
}

static int parse_options(int argc, char **argv, options *o) {
  static const struct option known[] = {
      {"list", no_argument, NULL, 'l'},          {"variant", required_argument, NULL, 'v'},
      {"hwcap", required_argument, NULL, '1'},   {"hwcap2", required_argument, NULL, '2'},
      {"midr", required_argument, NULL, '3'},    {"detect-stdin", no_argument, NULL, 'd'},
      {"help", no_argument, NULL, 'h'},          {"perturb-reference", no_argument, NULL, 'p'},
      {NULL, 0, NULL, 0},
  };
  for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    switch (option) {
    case 'l':
      o->list = 1;
      break;
    case 'v':
      o->variant = optarg;
      break;
    case '1':
    case '2':
    case '3':
      o->detect = 1;
      if (!parse_hex(optarg, word_of(o, option))) {
        return usage_error("a capability word is a hexadecimal number of at most 64 bits", optarg);
      }
      break;
    case 'd':
      o->detect_stdin = 1;
      break;
    case 'p':
      o->perturb = 1;
      break;
    case 'h':
      (void)fputs(usage, stdout);
      exit(EXIT_PASS);
    default:
      return EXIT_USAGE;
    }
  }
  return optind == argc ? EXIT_PASS : usage_error("no argument is taken", argv[optind]);
}

static int detect_lines(void) {
  char line[128];
  while (fgets(line, sizeof line, stdin) != NULL) {
    gk_cpu cpu = {0, 0, 0};
    if (sscanf(line, "%" SCNx64 " %" SCNx64 " %" SCNx64, &cpu.hwcap, &cpu.hwcap2, &cpu.midr) < 2) {
      return usage_error("a line holds two or three hexadecimal numbers", line);
    }
    (void)puts(gk_variant_name(gk_detect(cpu.hwcap, cpu.hwcap2, cpu.midr)));
  }
  return EXIT_PASS;
}

static int list_variants(gk_variant highest) {
  for (gk_variant v = GK_VARIANT_SCALAR; v < GK_VARIANT_COUNT; v++) {
    gk_cpu needs;
    (void)gk_variant_needs(v, &needs);
    (void)printf("%s requires=", gk_variant_name(v));
    print_features(needs, ",");
    (void)printf(" runs=%s\n", v <= highest ? "yes" : "no");
  }
  return EXIT_PASS;
}

static int add_variant(variant_set *set, gk_variant variant) {
  const gk_status status = gk_load_variant(variant, &set->ops[set->count]);
  if (status != GK_OK) {
    (void)printf("FAIL %s: %s; expected ../lib/libgraviton_kernels_%s.so of version " GK_VERSION_STRING
                 " beside this program\n",
                 gk_variant_name(variant), gk_status_name(status), gk_variant_name(variant));
    return 0;
  }
  set->tallies[set->count++].variant = gk_variant_name(variant);
  return 1;
}

static int report(const variant_set *set) {
  int passed = 1;
  for (size_t i = 0; i < set->count; i++) {
    const tally *t = &set->tallies[i];
    passed = passed && t->failures == 0;
    (void)printf("%s %s: %lu checks, %lu failed, largest error %.2f of its bound%s\n",
                 t->failures ? "FAIL" : "PASS", t->variant, t->checks, t->failures, t->largest_error,
                 i > 0 && t->failures == 0 ? ", same bits as the variants above" : "");
  }
  (void)printf("%s: %zu variant%s checked\n", passed ? "PASS" : "FAIL", set->count, set->count == 1 ? "" : "s");
  return passed ? EXIT_PASS : EXIT_FAIL;
}

static int check(variant_set *set, const options *o) {
  check_tables(set);
  check_i8(set, o->perturb ? 1.0 : 0.0);
  check_gk4(set, o->perturb ? 1.0 : 0.0);
  check_bf16(set, o->perturb ? 1.0 : 0.0);
  check_attention(set, o->perturb ? 1.0 : 0.0);
  check_elementwise(set, o->perturb ? 1.0 : 0.0);
  check_block8(set, o->perturb ? 1.0 : 0.0);
  return report(set);
}

static int check_forced(const options *o) {
  variant_set set = {0};
  gk_variant variant;
  if (gk_variant_from_name(o->variant, &variant) != GK_OK) {
    return usage_error("--variant takes a name that --list prints", o->variant);
  }
  (void)printf("forced: %s\n", o->variant);
  /* A SIGILL would lose what is still buffered. */
  (void)fflush(stdout);
  return add_variant(&set, variant) ? check(&set, o) : EXIT_FAIL;
}

static int check_this_cpu(gk_cpu cpu, gk_variant detected, const options *o) {
  variant_set set = {0};
  const gk_ops *chosen;
  const char *limit = getenv(GK_MAX_VARIANT_ENV);
  (void)printf("cpu: hwcap=0x%" PRIx64 " hwcap2=0x%" PRIx64 " midr=0x%" PRIx64 " features: ", cpu.hwcap, cpu.hwcap2,
               cpu.midr);
  print_features(cpu, " ");
  (void)printf("\ndetected: %s\nlimit: %s\n", gk_variant_name(detected), limit != NULL && *limit ? limit : "none");
  const gk_status status = gk_load(&chosen);
  if (status == GK_ERROR_UNKNOWN_VARIANT) {
    return usage_error(GK_MAX_VARIANT_ENV " takes a name that --list prints, or nothing", limit);
  }
  if (status != GK_OK) {
    (void)printf("FAIL: gk_load gives %s\n", gk_status_name(status));
    return EXIT_FAIL;
  }
  (void)printf("chosen: %s\n", chosen->name);
  (void)fflush(stdout);
  for (gk_variant v = GK_VARIANT_SCALAR; v <= chosen->variant; v++) {
    if (!add_variant(&set, v)) {
      return EXIT_FAIL;
    }
  }
  return check(&set, o);
}

int main(int argc, char **argv) {
  options o = {0};
  const int status = parse_options(argc, argv, &o);
  if (status != EXIT_PASS) {
    return status;
  }
  if (o.detect_stdin) {
    return detect_lines();
  }
  if (o.detect) {
    (void)puts(gk_variant_name(gk_detect(o.detect_cpu.hwcap, o.detect_cpu.hwcap2, o.detect_cpu.midr)));
    return EXIT_PASS;
  }
  const gk_cpu cpu = gk_read_cpu();
  const gk_variant detected = gk_detect(cpu.hwcap, cpu.hwcap2, cpu.midr);
  if (o.list) {
    return list_variants(detected);
  }
  (void)printf("graviton-kernels-selftest " GK_VERSION_STRING "\n");
  return o.variant != NULL ? check_forced(&o) : check_this_cpu(cpu, detected, &o);
}
