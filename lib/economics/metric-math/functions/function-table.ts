import { ownValue } from '../../../catalog/private/own-value';
import { MetricMathProblem } from '../metric-math-problem';
import { ARRAY_FUNCTIONS } from './array-functions';
import { FILL } from './fill-function';
import { IF } from './if-function';
import { MetricMathFunction } from './metric-math-function';
import { POINT_FUNCTIONS } from './point-functions';
import { STATISTIC_FUNCTIONS } from './statistics';
import { TIME_FUNCTIONS } from './time-functions';

const FUNCTIONS: Readonly<Record<string, MetricMathFunction>> = {
  ...ARRAY_FUNCTIONS,
  ...POINT_FUNCTIONS,
  ...STATISTIC_FUNCTIONS,
  ...TIME_FUNCTIONS,
  FILL,
  IF,
};

/** Functions that CloudWatch has and that need more than the data of the metrics named in the request. */
const NEEDS_CLOUDWATCH: Readonly<Record<string, string>> = {
  ANOMALY_DETECTION_BAND: 'a model that CloudWatch trains on weeks of data',
  DB_PERF_INSIGHTS: 'data of Performance Insights',
  INSIGHT_RULE_METRIC: 'data of Contributor Insights',
  LAMBDA: 'a connector in the account',
  SEARCH: 'the list of all metrics of the account',
  SERVICE_QUOTA: 'the quotas of the account',
};

/** @throws MetricMathProblem for a function that CloudWatch does not have, or that cannot be had offline */
export function functionNamed(name: string): MetricMathFunction {
  const found = ownValue(FUNCTIONS, name);
  if (found) {
    return found;
  }
  const needed = ownValue(NEEDS_CLOUDWATCH, name);
  const reason = needed && `a function that needs ${needed}`;
  throw new MetricMathProblem({
    what: `the function ${name}`,
    got: reason ?? 'a function that is not known',
    allowed: reason ? 'functions of the metrics of the same graph' : Object.keys(FUNCTIONS).sort().join(', '),
    fix: reason ? 'look at it in CloudWatch: offline it cannot be evaluated' : 'mend the name',
  });
}
