import { CfnResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FleetDashboard } from '../../economics';
import { FleetCells } from '../../fleet';
import { cellProblems } from '../../fleet/cells/private/cell-problems';
import { injectedProps } from '../../image/private/injected-props';
import { Problem, throwIfAny } from '../../validation';
import { FleetStack } from '../fleet-stack';
import { CellOptions } from './cell-options';
import { FleetCellsStackProps } from './fleet-cells-stack-props';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html, read 2026-11-23. */
const MOST_RESOURCES = 500;

/**
 * The same fleet several times in one stack, behind weighted records of one name: network, one image for all cells, the
 * cells, and dashboards with a summary and the figures of each.
 */
export class FleetCellsStack extends FleetStack {
  /** By which a property injector names this class. */
  public static readonly PROPERTY_INJECTION_ID = 'cdk-graviton-fleet.FleetCellsStack';

  /** The cells, with their name. */
  public readonly cells: FleetCells;
  /** The dashboard. */
  public readonly dashboard: FleetDashboard;

  /** @throws FleetConfigError with every problem of the cells, see {@link FleetCells} */
  constructor(scope: Construct, id: string, props: FleetCellsStackProps) {
    const injected = injectedProps(FleetCellsStack.PROPERTY_INJECTION_ID, scope, id, props);
    throwIfAny([scope.node.path, id].filter((part) => part !== '').join('/'), optionProblems(injected.cells));
    // Indented, some twenty cells with their dashboards are more than the megabyte that CloudFormation takes.
    super(scope, id, { suppressTemplateIndentation: true, ...injected });
    const { capacity, rollout, lifecycle, loadBalancing, economics } = injected;
    const { count, ...name } = injected.cells;
    this.cells = new FleetCells(this, 'Cells', {
      fleet: { ...this._network, image: this._image, ...{ capacity, rollout, lifecycle, loadBalancing } },
      cells: count,
      ...name,
    });
    this.dashboard = new FleetDashboard(this, 'Dashboard', { fleets: this.cells.cells, ...economics });
    this.node.addValidation({
      validate: () => {
        throwIfAny(this.node.path, this.resourceProblems(count));
        return [];
      },
    });
  }

  /** CDK would refuse the stack without saying what of it is too much. */
  private resourceProblems(count: number): Problem[] {
    const resources = this.node.findAll().filter((construct) => CfnResource.isCfnResource(construct));
    const fix = 'make fewer cells of larger groups';
    return resources.length > MOST_RESOURCES
      ? [
          {
            what: 'cells.count',
            got: `${count}, of ${resources.length} resources`,
            allowed: `${MOST_RESOURCES} resources in a stack`,
            fix,
          },
        ]
      : [];
  }
}

function optionProblems({ count, weights }: CellOptions): Problem[] {
  return cellProblems(count, weights).map(({ what, ...problem }) => ({
    what: what === 'cells' ? 'cells.count' : `cells.${what}`,
    ...problem,
  }));
}
