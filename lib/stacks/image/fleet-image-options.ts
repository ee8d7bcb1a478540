import { InferenceImageOptions } from '../../image';
import { ImageSource } from './image-source';

/** What goes on the AMI of a stack's fleet, or what is on it already. */
export interface FleetImageOptions extends InferenceImageOptions {
  /**
   * An AMI that is made elsewhere. What it does not know itself, `runtime`, `kernels`, `components` and
   * `builder.rootVolumeSize` say of it; nothing is installed, and nothing else that is about building may be given.
   *
   * @default - the fleet's stack builds the AMI
   */
  readonly source?: ImageSource;
}
