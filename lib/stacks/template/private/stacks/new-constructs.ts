import { Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  BillingBudget,
  BillingBudgetProps,
  CostBudget,
  CostBudgetProps,
  FleetDashboard,
  FleetDashboardProps,
  FleetMeter,
  FleetMeterProps,
  PowerBudget,
  PowerBudgetProps,
} from '../../../../economics';
import { ScalableFleet } from '../../../../fleet';
import { FleetCellsStack, FleetCellsStackProps } from '../../../cells';
import { BatchFleetStack, BatchFleetStackProps, RayClusterStack, RayClusterStackProps } from '../../../engines';
import { InferenceFleetStack } from '../../../inference-fleet-stack';
import { InferenceFleetStackProps } from '../../../inference-fleet-stack-props';
import { WorkerFleetStack } from '../../../worker-fleet-stack';
import { WorkerFleetStackProps } from '../../../worker-fleet-stack-props';
import { FleetKind } from '../model/fleet-kind';
import { FleetGroup } from '../model/read-groups';

/** A stack with a fleet, of any kind. */
export type FleetStackOfTemplate =
  InferenceFleetStack | WorkerFleetStack | FleetCellsStack | RayClusterStack | BatchFleetStack;

/** The stack of a fleet. What binding gives has the properties' types by construction. */
export function newFleetStack(kind: FleetKind, scope: Construct, id: string, props: unknown): FleetStackOfTemplate {
  switch (kind.props) {
    case 'InferenceFleetStackProps':
      return new InferenceFleetStack(scope, id, props as InferenceFleetStackProps);
    case 'WorkerFleetStackProps':
      return new WorkerFleetStack(scope, id, props as WorkerFleetStackProps);
    case 'FleetCellsStackProps':
      return new FleetCellsStack(scope, id, props as FleetCellsStackProps);
    case 'RayClusterStackProps':
      return new RayClusterStack(scope, id, props as RayClusterStackProps);
    case 'BatchFleetStackProps':
      return new BatchFleetStack(scope, id, props as BatchFleetStackProps);
  }
}

/** The Auto Scaling groups of a stack, as fleets; none where an engine launches the instances. */
export function scalableFleets(stack: FleetStackOfTemplate): ScalableFleet[] {
  if (stack instanceof FleetCellsStack) {
    return stack.cells.cells;
  }
  return stack instanceof InferenceFleetStack || stack instanceof WorkerFleetStack ? [stack.fleet] : [];
}

/** A stack with a dashboard, a budget or a meter. */
export function newGroupStack(
  type: FleetGroup['type'],
  scope: Construct,
  id: string,
  stackProps: StackProps,
  props: unknown,
): Stack {
  const stack = new Stack(scope, id, stackProps);
  switch (type) {
    case 'FleetDashboardProps':
      new FleetDashboard(stack, 'Dashboard', props as FleetDashboardProps);
      break;
    case 'FleetMeterProps':
      new FleetMeter(stack, 'Meter', props as FleetMeterProps);
      break;
    case 'PowerBudgetProps':
      new PowerBudget(stack, 'Budget', props as PowerBudgetProps);
      break;
    case 'CostBudgetProps':
      new CostBudget(stack, 'Budget', props as CostBudgetProps);
      break;
    case 'BillingBudgetProps':
      new BillingBudget(stack, 'Budget', props as BillingBudgetProps);
      break;
  }
  return stack;
}
