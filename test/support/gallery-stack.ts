import { App, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

const REQUESTS = new cloudwatch.Metric({
  namespace: 'AWS/ApplicationELB',
  metricName: 'RequestCount',
  dimensionsMap: { LoadBalancer: 'app/gallery/1' },
  statistic: 'Sum',
});
const CPU = new cloudwatch.Metric({
  namespace: 'AWS/EC2',
  metricName: 'CPUUtilization',
  dimensionsMap: { AutoScalingGroupName: 'gallery' },
});
const RESPONSE_TIME = new cloudwatch.Metric({ namespace: 'AWS/ApplicationELB', metricName: 'TargetResponseTime' });
const QUEUE = new cloudwatch.Metric({ namespace: 'AWS/SQS', metricName: 'ApproximateNumberOfMessagesVisible' });

/** A stack whose dashboard has every kind of widget, and alarms in several states. */
export function galleryStack(app: App): Stack {
  const stack = new Stack(app, 'Gallery', { env: { account: '123456789012', region: 'us-east-1' } });
  const busy = alarm(stack, 'Busy', CPU, 1, cloudwatch.TreatMissingData.MISSING);
  const quiet = alarm(stack, 'Quiet', CPU, 99, cloudwatch.TreatMissingData.MISSING);
  new cloudwatch.Dashboard(stack, 'Dashboard', {
    start: '-PT12H',
    widgets: [
      [
        textWidget(),
        new cloudwatch.AlarmStatusWidget({ title: 'Alarm status', alarms: [busy, quiet], width: 8, height: 4 }),
      ],
      [annotated(), stackedWidget(), new cloudwatch.AlarmWidget({ title: 'Alarm as graph', alarm: busy, width: 8 })],
      [numbers(), gaugeWidget(), barWidget()],
      [pieWidget(), tableWidget(), expressionsWidget()],
      [
        new cloudwatch.LogQueryWidget({
          title: 'Logs',
          logGroupNames: ['group'],
          queryString: 'fields @message',
          width: 12,
        }),
        new cloudwatch.GraphWidget({
          title: 'Broken expression',
          width: 12,
          left: [CPU.with({ label: 'beside the broken one' }), math('SEARCH("{AWS/EC2} CPU", "Average")', 'search')],
        }),
      ],
    ],
  });
  return stack;
}

function alarm(
  stack: Stack,
  id: string,
  metric: cloudwatch.Metric,
  threshold: number,
  treatMissingData: cloudwatch.TreatMissingData,
): cloudwatch.Alarm {
  return new cloudwatch.Alarm(stack, id, {
    metric,
    threshold,
    evaluationPeriods: 2,
    treatMissingData,
    alarmDescription: `CPU above ${threshold}`,
  });
}

function textWidget(): cloudwatch.IWidget {
  const markdown = [
    '# Heading',
    '**Bold**, `code`, a [link](https://example.com/leads-away) and an ![image](https://example.com/image.png).',
    '[button:primary:A button](https://example.com/button)',
    '<script>document.title = "broken in"</script>',
    '',
    '| a | b |',
    '| - | - |',
    '| 1 | 2 |',
  ].join('\n');
  return new cloudwatch.TextWidget({ markdown, width: 16, height: 5 });
}

function annotated(): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({
    title: 'Two axes and annotations',
    width: 8,
    left: [REQUESTS.with({ label: 'requests' })],
    leftYAxis: { min: 0 },
    leftAnnotations: [
      { value: 400, label: 'planned', color: '#2ca02c', fill: cloudwatch.Shading.ABOVE },
      { value: 100, label: 'hidden', visible: false },
    ],
    right: [CPU.with({ label: 'CPU [max: ${MAX}]' })],
    rightYAxis: { min: 0, max: 100 },
    verticalAnnotations: [{ date: '2026-11-22T18:00:00Z', label: 'deployed' }],
  });
}

function stackedWidget(): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({
    title: 'Stacked, legend to the right',
    width: 8,
    stacked: true,
    legendPosition: cloudwatch.LegendPosition.RIGHT,
    left: [
      REQUESTS.with({ label: 'one' }),
      QUEUE.with({ label: 'two' }),
      QUEUE.with({ label: 'three', statistic: 'Maximum', color: '#8c564b' }),
    ],
  });
}

function numbers(): cloudwatch.IWidget {
  return new cloudwatch.SingleValueWidget({
    title: 'Numbers',
    width: 8,
    height: 4,
    sparkline: true,
    metrics: [REQUESTS.with({ label: 'requests' }), RESPONSE_TIME.with({ statistic: 'p99', label: 'p99' })],
  });
}

function gaugeWidget(): cloudwatch.IWidget {
  return new cloudwatch.GaugeWidget({ title: 'Gauge', width: 8, height: 4, metrics: [CPU.with({ label: 'CPU' })] });
}

function barWidget(): cloudwatch.IWidget {
  return view(cloudwatch.GraphWidgetView.BAR, 'Bars', 4);
}

function pieWidget(): cloudwatch.IWidget {
  return view(cloudwatch.GraphWidgetView.PIE, 'Pie', 6);
}

function view(kind: cloudwatch.GraphWidgetView, title: string, height: number): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({
    title,
    width: 8,
    height,
    view: kind,
    setPeriodToTimeRange: true,
    left: [REQUESTS.with({ label: 'requests' }), QUEUE.with({ label: 'queue', statistic: 'Sum' })],
  });
}

function tableWidget(): cloudwatch.IWidget {
  return new cloudwatch.TableWidget({ title: 'Table', width: 8, metrics: [REQUESTS, CPU] });
}

function expressionsWidget(): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({
    title: 'Expressions',
    width: 8,
    left: [math('FILL(cpu, LINEAR) * 2', 'twice the CPU'), math('IF(cpu > 40, cpu)', 'CPU above 40')],
  });
}

function math(expression: string, label: string): cloudwatch.MathExpression {
  const usingMetrics: Record<string, cloudwatch.IMetric> = expression.includes('cpu') ? { cpu: CPU } : {};
  return new cloudwatch.MathExpression({ expression, label, usingMetrics, period: Duration.minutes(5) });
}
