/** What a bundle is checked against. */
export interface KernelBundleOptions {
  /**
   * Version of the C library (glibc) on the base image of the AMI, such as `2.34`. A file that needs a newer one does not
   * load there.
   *
   * @default 2.34, that of Amazon Linux 2023
   */
  readonly glibcVersion?: string;
}
