import { KernelBundle } from '../../kernels';
import { InferenceRuntime } from '../runtime';

/** Everything with kernels on an image, which each of its instance types must run. */
export function gatedBundles(image: { kernels?: KernelBundle[]; runtime: InferenceRuntime }): KernelBundle[] {
  return [...(image.kernels ?? []), ...image.runtime._kernels];
}
