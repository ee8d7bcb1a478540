/** For which memory the kernel uses transparent huge pages. */
export enum TransparentHugePages {
  /** For what a program asks for with `madvise`, as inference engines do for their weights. */
  MADVISE = 'madvise',
  /** For all memory, which costs programs with much small memory some of it. */
  ALWAYS = 'always',
}
