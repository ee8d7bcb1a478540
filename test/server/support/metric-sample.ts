/** The value of one series of a page of metrics, by its name and labels as the page has them; NaN where it has none. */
export function metricSample(page: string, series: string): number {
  const line = page.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length));
}
