/// <reference lib="dom" />
import uPlot from 'uplot';
import { ChartView } from '../view/preview-view';
import { chartData } from './chart-data';
import { chartOptions } from './chart-options';
import { Tooltip } from './tooltip';

/** Draws a chart into its frame, as large as the frame is, and reads its values by mouse, touch and keys. */
export function startChart(frame: HTMLElement, chart: ChartView): uPlot {
  const data = chartData(chart);
  const tooltip = new Tooltip(frame, chart, data);
  const options = chartOptions(chart, sizeOf(frame));
  const plot = new uPlot(
    { ...options, hooks: { ...options.hooks, setCursor: [(self) => tooltip.show(self, self.cursor.idx)] } },
    data.drawn,
    frame,
  );
  new ResizeObserver(() => plot.setSize(sizeOf(frame))).observe(frame);
  frame.addEventListener('keydown', (event) => moveCursor(plot, event));
  frame.addEventListener('blur', () => plot.setCursor({ left: -10, top: -10 }));
  frame.dataset.drawn = 'true';
  return plot;
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { width: number; height: number } {
  return { width: Math.max(80, clientWidth), height: Math.max(60, clientHeight) };
}

/** From data point to data point; an hour of five-minute points with the page keys. */
function moveCursor(plot: uPlot, event: KeyboardEvent): void {
  const last = plot.data[0].length - 1;
  const index = plot.cursor.idx ?? last;
  const targets: Record<string, number | undefined> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    PageUp: index - 12,
    PageDown: index + 12,
    Home: 0,
    End: last,
  };
  if (event.key === 'Escape') {
    plot.setCursor({ left: -10, top: -10 });
    return;
  }
  const target = targets[event.key];
  if (target === undefined) {
    return;
  }
  event.preventDefault();
  const timestamp = plot.data[0][Math.min(last, Math.max(0, target))];
  plot.setCursor({ left: plot.valToPos(timestamp, 'x'), top: 10 });
}
