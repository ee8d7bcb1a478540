import { Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { Problem } from '../../../validation';
import { ReservationPreference } from '../reservation-preference';

/** Which reservations a fleet uses, and how strongly it prefers them. */
export interface Reservation {
  readonly preference: ReservationPreference;
  readonly reservationIds?: string[];
  readonly resourceGroupArns?: string[];
}

const RESERVATION_ID = /^cr-[0-9a-f]+$/;
const RESOURCE_GROUP_ARN = /^arn:[a-z-]+:resource-groups:[a-z0-9-]+:\d{12}:group\/[\w.-]+(\/[\w-]+)?$/;

export function reservationProblems({ reservationIds = [], resourceGroupArns = [] }: Reservation): Problem[] {
  return [
    ...textProblems('capacity.reservationIds', reservationIds, RESERVATION_ID, 'ids such as cr-0123456789abcdef0'),
    ...textProblems(
      'capacity.resourceGroupArns',
      resourceGroupArns,
      RESOURCE_GROUP_ARN,
      'ARNs such as arn:aws:resource-groups:us-east-1:123456789012:group/reservations',
    ),
  ];
}

export function reservationSpecification({
  preference,
  reservationIds = [],
  resourceGroupArns = [],
}: Reservation): autoscaling.CfnAutoScalingGroup.CapacityReservationSpecificationProperty {
  const target = {
    capacityReservationIds: reservationIds.length > 0 ? reservationIds : undefined,
    capacityReservationResourceGroupArns: resourceGroupArns.length > 0 ? resourceGroupArns : undefined,
  };
  const targeted = reservationIds.length + resourceGroupArns.length > 0;
  return { capacityReservationPreference: preference, capacityReservationTarget: targeted ? target : undefined };
}

function textProblems(what: string, texts: string[], form: RegExp, allowed: string): Problem[] {
  return texts
    .filter((text) => !Token.isUnresolved(text) && !form.test(text))
    .map((text) => ({ what, got: `"${text}"`, allowed, fix: 'copy it from the list of your capacity reservations' }));
}
