/**
 * CloudWatch's limits, as documented on 2026-11-23: "Up to 500 widgets per dashboard. Up to 500 metrics per dashboard
 * widget. Up to 2500 metrics per dashboard, across all widgets. These quotas include all metrics retrieved for use in
 * metric math functions, even if those metrics are not displayed on the graph"
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html); expressions count as well: "Each
 * graph is limited to using a maximum of 500 metrics and expressions" (using-metric-math.html); a grid of 24 columns
 * (API reference, "Dashboard Body Structure and Syntax"). No limit of the body's size is documented; the "100 KB
 * uncompressed payload" of GetMetricWidgetImage, with its 100 metrics, is no limit of dashboards.
 */
export const DASHBOARD_LIMITS = {
  columns: 24,
  height: 1000,
  metrics: 2500,
  metricsPerWidget: 500,
  widgets: 500,
} as const;

/** GetMetricData, MetricDataQuery: the greatest length of an expression, in characters. */
export const MAX_EXPRESSION = 2048;

/** "Template body size in an S3 object: 1 MB" (CloudFormation user guide, "CloudFormation quotas", 2026-11-23), in bytes. */
export const MAX_TEMPLATE = 1_000_000;
