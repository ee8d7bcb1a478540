import { IConstruct } from 'constructs';
import { BatchFleet, InstanceFleet, RayCluster } from '../../../../fleet';
import { AttachedResources } from '../attached-resources';
import { SizeChanges } from '../size-changes';
import { PolicedEngine } from './policed-engine';
import { PolicedFleet } from './policed-fleet';
import { PolicedGroup } from './policed-group';

/** The fleets at and below a construct, as rules see them. */
export function policedFleets(scope: IConstruct): PolicedFleet[] {
  const tree = scope.node.root.node.findAll();
  const changes = new SizeChanges(tree);
  const attached = new AttachedResources(tree);
  return scope.node.findAll().flatMap((construct): PolicedFleet[] => {
    if (construct instanceof InstanceFleet) {
      return [new PolicedGroup(construct, changes, attached)];
    }
    return construct instanceof RayCluster || construct instanceof BatchFleet
      ? [new PolicedEngine(construct, attached)]
      : [];
  });
}
