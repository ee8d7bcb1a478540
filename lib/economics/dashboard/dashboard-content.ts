/** What dashboards a {@link FleetDashboard} makes. Each costs 3.00 USD a month after the first three of an account. */
export enum DashboardContent {
  /** A summary when there are several fleets, and the sections of every fleet, on as many dashboards as CloudWatch needs. */
  EVERY_FLEET = 'everyFleet',
  /** Only the summary across the fleets. */
  SUMMARY = 'summary',
  /** No dashboard: for `widgets()` and `summaryWidgets()` on dashboards of your own. */
  NONE = 'none',
}
