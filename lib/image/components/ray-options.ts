/** Which Ray is installed. */
export interface RayOptions {
  /**
   * Exact version of Ray, 2.56.1 or later: the autoscaler of earlier ones refuses the order of instance types.
   *
   * @default '2.60.0', with wheels for Arm64 and Python 3.12 on PyPI (seen 2026-11-23)
   */
  readonly version?: string;
  /**
   * Further Python packages of the jobs, each pinned to one version, for example `torch==2.9.1`. They must have wheels
   * for Arm64 and Python 3.12: nothing is compiled.
   *
   * @default - what Ray's dashboard and its AWS autoscaler need
   */
  readonly packages?: string[];
}
