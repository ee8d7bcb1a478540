import { KernelBundle } from '../kernels';
import { BaseImage } from './base-image';
import { ImageBuilderOptions } from './builder/image-builder-options';
import { ImageComponent } from './components/image-component';
import { ImageDistribution } from './distribution/image-distribution';
import { InferenceRuntime } from './runtime';

/** What goes on an image, and how it is built. */
export interface InferenceImageOptions {
  /** What serves on the instance. */
  readonly runtime: InferenceRuntime;
  /**
   * The bundles of kernels to install, each under a name of its own.
   *
   * @default [KernelBundle.builtIn()]
   */
  readonly kernels?: KernelBundle[];
  /**
   * The AMI to build on.
   *
   * @default BaseImage.amazonLinux2023()
   */
  readonly baseImage?: BaseImage;
  /**
   * What else is installed, in this order, after the kernels and the runtime. Every image has `ImageComponent.tuning()`
   * before and `ImageComponent.hardening()` after these, unless one of them stands here in another form.
   *
   * @default - tuning and hardening
   */
  readonly components?: ImageComponent[];
  /**
   * How and where the image is built, tested and scanned.
   *
   * @default - on one m9g.large, with a scan for package advisories
   */
  readonly builder?: ImageBuilderOptions;
  /**
   * Other regions and accounts that get the image.
   *
   * @default - this region and account only
   */
  readonly distribution?: ImageDistribution;
}
