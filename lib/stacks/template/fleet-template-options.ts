/** Which part of a fleet template is made. */
export interface FleetTemplateOptions {
  /**
   * The environments, by their names in the template.
   *
   * @default - every one
   */
  readonly environments?: string[];
  /**
   * The fleets, by their names in the template, with the images that they share. Dashboards, budgets and meters are over those
   * of their fleets that are made.
   *
   * @default - every one
   */
  readonly fleets?: string[];
}
