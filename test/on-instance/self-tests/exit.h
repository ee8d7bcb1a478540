/* Ends a program that has no library. */
static inline void __attribute__((noreturn)) exit_with(long status) {
  register long first __asm__("x0") = status;
  register long exit_group __asm__("x8") = 94;
  __asm__ volatile("svc #0" : : "r"(first), "r"(exit_group));
  __builtin_unreachable();
}
