import * as nodePath from 'node:path';
import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { throwIfAny } from '../../validation';
import { ModelFacts } from './model-facts';
import { fileSha256 } from './private/file-digest';
import { locationOf, ModelLocation } from './private/model-location';
import { objectProblems } from './private/source-problems';
import { S3ModelOptions } from './s3-model-options';

/** Where the GGUF file of a model is. Instances load it when they boot; it is no part of the AMI. */
export class ModelSource {
  /**
   * An object in S3. Instances may read this object and no other, and decrypt with the bucket's key where it has one. A
   * bucket of another account must allow that in its own policy.
   *
   * @param bucket of any region; reading from another one costs what S3 charges for transfer between regions
   * @param key of the object, without wildcards
   * @throws FleetConfigError when no object can have the key, or an option is malformed
   */
  public static fromS3(bucket: s3.IBucket, key: string, options: S3ModelOptions = {}): ModelSource {
    throwIfAny('ModelSource.fromS3', objectProblems(key, options));
    const { versionId, sha256, facts } = options;
    const location = locationOf({ bucket, key, versionId, sha256, bytes: facts?._exactFileBytes });
    return new ModelSource(nameOf(key), facts, () => location, location.statements);
  }

  /**
   * A file of this machine, which `cdk deploy` uploads to the bootstrap bucket. Its facts, its length and its SHA-256 are
   * read at each synthesis, and CDK copies it into the cloud assembly: larger models are better kept in a bucket.
   *
   * @throws FleetConfigError when it is no GGUF file that the built-in server runs
   */
  public static fromFile(path: string): ModelSource {
    const facts = ModelFacts.fromFile(path);
    const sha256 = fileSha256(path);
    const locate = (scope: Construct) => {
      // The construct is the image's, which is made later. By our digest, so that CDK does not read the file once more.
      // eslint-disable-next-line awscdk/require-passing-this
      const { bucket, s3ObjectKey } = new Asset(scope, 'Model', { path, assetHash: sha256 });
      return locationOf({ bucket, key: s3ObjectKey, sha256, bytes: facts.fileBytes });
    };
    return new ModelSource(nameOf(path), facts, locate);
  }

  private constructor(
    /**
     * What requests call the model by.
     * @internal
     */
    public readonly _name: string | undefined,
    /** What decides how much memory the model needs; undefined where nobody has said. */
    public readonly facts: ModelFacts | undefined,
    private readonly locate: (scope: Construct) => ModelLocation,
    /**
     * What instances must be allowed, where that is known without an image that uploads the file.
     * @internal
     */
    public readonly _statements?: iam.PolicyStatement[],
  ) {}

  /**
   * The object that instances of an image load.
   * @internal
   */
  public _locationFor(image: Construct): ModelLocation {
    return this.locate(image);
  }
}

function nameOf(path: string): string | undefined {
  return Token.isUnresolved(path) ? undefined : nodePath.basename(path, '.gguf');
}
