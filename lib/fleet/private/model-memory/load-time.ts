import { InstanceCatalog } from '../../../catalog';
import { IInferenceImage } from '../../../image';
import { Remark } from '../../capacity/private/selection/instance-selection';
import { ColdStart } from '../../lifecycle';
import { gibibytes } from './memory-fixes';

/**
 * What a gp3 volume of any size writes in a second at its basic price; the fleet orders no more.
 * https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html (listed, read 2026-11-23)
 */
const ROOT_BYTES_PER_SECOND = 125 * 2 ** 20;

/** A cold start that is shorter than the model alone takes, so that health checks would end instances that still load. */
export function loadTimeRemarks(
  instanceTypes: readonly string[],
  image: IInferenceImage,
  { total }: ColdStart,
): Remark[] {
  const bytes = image.runtime._server?.model.facts?.fileBytes ?? 0;
  const seconds = Math.ceil(bytes / ROOT_BYTES_PER_SECOND);
  const type = instanceTypes.find((each) => InstanceCatalog.lookup(each)?.nvmeGbTotal === undefined);
  if (type === undefined || seconds <= total.toSeconds()) {
    return [];
  }
  const text =
    `The root volume of ${type} takes ${seconds} seconds at least to write a model of ${gibibytes(bytes)} (gp3, 125 MiB/s; ` +
    `estimated), and the cold start is ${total.toSeconds()} seconds: health checks may end instances that still load. Use ` +
    'types with instance store, a model in fewer bits, or measure the start and give lifecycle.coldStart.';
  return [{ id: 'modelLoadTime', level: 'warning', text }];
}
