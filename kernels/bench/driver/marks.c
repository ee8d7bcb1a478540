#include "marks.h"

/* Elsewhere there is nothing that counts; 127 ends every region. */
#if defined(__aarch64__)
#define HINT(operand) __asm__ volatile("hint #" #operand ::: "memory")
#else
#define HINT(operand) (void)0
#endif

/* The operand of HINT is part of the instruction, so each region has a function of its own. */
#define MARKED(region, operand)                                                                                        \
  static void marked_##region(void (*run)(void *), void *context) {                                                    \
    HINT(operand);                                                                                                     \
    run(context);                                                                                                      \
    HINT(127);                                                                                                         \
  }

MARKED(0, 64)
MARKED(1, 65)
MARKED(2, 66)
MARKED(3, 67)
MARKED(4, 68)
MARKED(5, 69)
MARKED(6, 70)
MARKED(7, 71)
MARKED(8, 72)
MARKED(9, 73)
MARKED(10, 74)
MARKED(11, 75)
MARKED(12, 76)
MARKED(13, 77)
MARKED(14, 78)
MARKED(15, 79)
MARKED(16, 80)
MARKED(17, 81)
MARKED(18, 82)
MARKED(19, 83)
MARKED(20, 84)
MARKED(21, 85)
MARKED(22, 86)
MARKED(23, 87)
MARKED(24, 88)
MARKED(25, 89)
MARKED(26, 90)
MARKED(27, 91)
MARKED(28, 92)
MARKED(29, 93)
MARKED(30, 94)

static void (*const marked[])(void (*)(void *), void *) = {
    marked_0, marked_1, marked_2, marked_3, marked_4, marked_5, marked_6, marked_7, marked_8, marked_9,
    marked_10, marked_11, marked_12, marked_13, marked_14, marked_15, marked_16, marked_17, marked_18, marked_19,
    marked_20, marked_21, marked_22, marked_23, marked_24, marked_25, marked_26, marked_27, marked_28, marked_29,
    marked_30};

void marks_around(unsigned region, void (*run)(void *), void *context) { marked[region](run, context); }
