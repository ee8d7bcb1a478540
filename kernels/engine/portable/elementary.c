#include "portable/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ln 2 and pi / 2 as sums: the first part has so few bits that its products with small integers are exact. */
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define PI_2_HIGH 0x1.921fb544p+0
#define PI_2_LOW 0x1.0b4611a626331p-34

/* To the nearest integer, for |x| below 2^51. */
static double round_to_integer(double x) {
  return (x + 0x1.8p52) - 0x1.8p52;
}

/* 2^n for n in -1022..1023. */
static double power_of_2(int n) {
  const uint64_t bits = (uint64_t)(n + 1023) << 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return power;
}

double ge_exp(double x) {
  if (!(x >= -700.0)) {
    return x < -700.0 ? 0.0 : x;
  }
  if (x > 700.0) {
    return (double)INFINITY;
  }
  const double n = round_to_integer(x * 0x1.71547652b82fep+0);
  const double r = (x - n * LN2_HIGH) - n * LN2_LOW;
  /* Taylor: |r| is at most 0.347, the first term left out is below 2e-16. */
  double sum = 1.0;
  for (int i = 13; i > 0; i--) {
    sum = 1.0 + sum * r / (double)i;
  }
  return sum * power_of_2((int)n);
}

double ge_log(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int exponent = (int)(bits >> 52) - 1023;
  bits = (bits & 0xfffffffffffffu) | (uint64_t)1023 << 52;
  double mantissa;
  memcpy(&mantissa, &bits, sizeof mantissa);
  if (mantissa > 0x1.6a09e667f3bcdp+0) {
    mantissa *= 0.5;
    exponent++;
  }
  /* ln m = 2 artanh((m - 1) / (m + 1)); the argument is at most 0.172. */
  const double s = (mantissa - 1.0) / (mantissa + 1.0);
  double sum = 0.0;
  for (int i = 21; i > 0; i -= 2) {
    sum = sum * s * s + 1.0 / (double)i;
  }
  return (double)exponent * LN2_LOW + 2.0 * s * sum + (double)exponent * LN2_HIGH;
}

/* Taylor on -pi/4..pi/4, the first terms left out are below 1e-17. */
static double sine_near_0(double x) {
  double sum = 1.0;
  for (int i = 16; i > 0; i -= 2) {
    sum = 1.0 - sum * x * x / (double)(i * (i + 1));
  }
  return x * sum;
}

static double cosine_near_0(double x) {
  double sum = 1.0;
  for (int i = 17; i > 0; i -= 2) {
    sum = 1.0 - sum * x * x / (double)(i * (i + 1));
  }
  return sum;
}

void ge_sine_cosine(double x, double *sine, double *cosine) {
  const double quarters = round_to_integer(x * 0x1.45f306dc9c883p-1);
  const double r = (x - quarters * PI_2_HIGH) - quarters * PI_2_LOW;
  const double s = sine_near_0(r);
  const double c = cosine_near_0(r);
  const int quadrant = (int)quarters & 3;
  *sine = quadrant == 0 ? s : quadrant == 1 ? c : quadrant == 2 ? -s : -c;
  *cosine = quadrant == 0 ? c : quadrant == 1 ? -s : quadrant == 2 ? -c : s;
}
