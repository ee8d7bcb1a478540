import { ModelFacts } from './model-facts';

/** What is known of a model in a bucket. */
export interface S3ModelOptions {
  /**
   * The version of the object that is served. Objects of one key have one permission, so that a roll-out from one version
   * to another changes the AMI alone.
   *
   * @default - the newest when an instance boots: instances of one AMI may then serve different models
   */
  readonly versionId?: string;
  /**
   * SHA-256 of the file, 64 hexadecimal digits as `sha256sum` prints them. An instance serves no file that differs.
   *
   * @default - the length and what S3 itself checks
   */
  readonly sha256?: string;
  /**
   * What decides how much memory the model needs; a fleet holds it against its instance types.
   *
   * @default - nothing is checked, and a warning says so
   */
  readonly facts?: ModelFacts;
}
