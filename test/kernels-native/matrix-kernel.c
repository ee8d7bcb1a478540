/* A program of loops that the compiler vectorises with what its target has. It needs no C library: it checks its sums
 * and ends by a system call. */
typedef unsigned char u8;
typedef signed char s8;
typedef int s32;
typedef unsigned int u32;
typedef unsigned long u64;

enum { LENGTH = 203 };

static s8 left[LENGTH], right[LENGTH];
static s32 wide[LENGTH];
static float single[LENGTH], other[LENGTH];
static u8 bytes[LENGTH];
static u64 counter;

__attribute__((noinline)) static s32 dot(const s8 *a, const s8 *b, int n) {
  s32 sum = 0;
  for (int i = 0; i < n; i++) sum += (s32)a[i] * b[i];
  return sum;
}

__attribute__((noinline)) static float scale(float *x, const float *y, int n) {
  for (int i = 0; i < n; i++) x[i] = x[i] * 2.0f + y[i];
  return x[n - 1];
}

__attribute__((noinline)) static s32 gather(const s32 *table, const u8 *index, int n) {
  s32 sum = 0;
  for (int i = 0; i < n; i++)
    if (index[i] & 1) sum += table[index[i]] * 3;
  return sum;
}

/* What the compiler does not choose by itself for such loops. */
#if defined(__ARM_FEATURE_SVE2)
#include <arm_sve.h>
__attribute__((noinline)) static s32 widen(const s8 *a, const s8 *b) {
  svbool_t all = svptrue_b8();
  svint16_t sum = svmlalb_s16(svdup_s16(0), svld1_s8(all, a), svld1_s8(all, b));
  return (s32)svaddv_s16(svptrue_b16(), sum);
}
#endif
#if defined(__ARM_FEATURE_SVE_MATMUL_INT8)
#include <arm_sve.h>
__attribute__((noinline)) static s32 multiply(const s8 *a, const s8 *b) {
  svbool_t all = svptrue_b8();
  return (s32)svaddv_s32(svptrue_b32(), svmmla_s32(svdup_s32(0), svld1_s8(all, a), svld1_s8(all, b)));
}
#endif

#if defined(USE_MTE)
#include <arm_acle.h>
__attribute__((noinline)) static s32 tag(s8 *pointer) {
  s8 *tagged = __arm_mte_create_random_tag(pointer, 0);
  return ((u64)tagged << 8 >> 8) != ((u64)pointer << 8 >> 8);
}
#endif
#if defined(USE_SME)
__attribute__((noinline)) static s32 streaming(void) {
  u64 bytes;
  __asm__ volatile(".arch_extension sme\n\trdsvl %0, #1" : "=r"(bytes));
  return bytes == 0;
}
#endif

__attribute__((noreturn)) static void leave(long status) {
  register long x0 __asm__("x0") = status;
  register long x8 __asm__("x8") = 93;
  __asm__ volatile("svc #0" : : "r"(x0), "r"(x8));
  __builtin_unreachable();
}

void _start(void) {
  s32 expected = 0;
  for (int i = 0; i < LENGTH; i++) {
    left[i] = (s8)(i % 17 - 8);
    right[i] = (s8)(i % 5 - 2);
    wide[i] = i;
    bytes[i] = (u8)i;
    single[i] = (float)i;
    other[i] = 1.0f;
    __asm__ volatile("" : "+r"(expected));
    expected += left[i] * right[i];
  }
  s32 failed = dot(left, right, LENGTH) != expected;
  failed |= scale(single, other, LENGTH) != 2.0f * (LENGTH - 1) + 1.0f;
  failed |= gather(wide, bytes, LENGTH) != 3 * 101 * 101;
  __atomic_fetch_add(&counter, 1, __ATOMIC_ACQ_REL);
  failed |= counter != 1;
#if defined(__ARM_FEATURE_SVE2)
  s32 products = 0;
  for (u64 i = 0; i < svcntb(); i += 2) products += left[i] * right[i];
  failed |= widen(left, right) != products;
#endif
#if defined(__ARM_FEATURE_SVE_MATMUL_INT8)
  s32 product = 0;
  for (u64 i = 0; i < svcntb(); i++)
    for (u64 j = 0; j < 2; j++) product += left[i] * right[i / 16 * 16 + j * 8 + i % 8];
  failed |= multiply(left, right) != product;
#endif
#if defined(USE_MTE)
  failed |= tag(left);
#endif
#if defined(USE_SME)
  failed |= streaming();
#endif
  leave(failed);
}
