import { Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  BillingBudget,
  BillingBudgetProps,
  CostBudget,
  CostBudgetProps,
  FleetDashboard,
  FleetDashboardProps,
  PowerBudget,
  PowerBudgetProps,
} from '../../../../economics';
import { InferenceFleetStack } from '../../../inference-fleet-stack';
import { InferenceFleetStackProps } from '../../../inference-fleet-stack-props';
import { WorkerFleetStack } from '../../../worker-fleet-stack';
import { WorkerFleetStackProps } from '../../../worker-fleet-stack-props';
import { FleetKind } from '../model/fleet-kind';
import { FleetGroup } from '../model/read-groups';

/** A stack with a fleet, of either kind. */
export type FleetStackOfTemplate = InferenceFleetStack | WorkerFleetStack;

/** The stack of a fleet. What binding gives has the properties' types by construction. */
export function newFleetStack(kind: FleetKind, scope: Construct, id: string, props: unknown): FleetStackOfTemplate {
  return kind.props === 'InferenceFleetStackProps'
    ? new InferenceFleetStack(scope, id, props as InferenceFleetStackProps)
    : new WorkerFleetStack(scope, id, props as WorkerFleetStackProps);
}

/** A stack with a dashboard or a budget. */
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
