/** How strongly a fleet prefers capacity that is reserved. */
export enum ReservationPreference {
  /** Reserved capacity first; when it is used up, other on-demand capacity. */
  FIRST = 'capacity-reservations-first',
  /** Nothing but reserved capacity: instances beyond it fail to start. */
  ONLY = 'capacity-reservations-only',
}
