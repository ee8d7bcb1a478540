import { ExistingImageOptions } from './existing-image-options';

/** An AMI whose id is in an SSM parameter, and what you know about it. */
export interface SsmParameterImageOptions extends ExistingImageOptions {
  /**
   * Name of the parameter, beginning with `/`. Its value must be the id of an AMI when the stack is deployed; the first
   * deployment of the stack that makes the parameter cannot read it.
   */
  readonly parameterName: string;
}
