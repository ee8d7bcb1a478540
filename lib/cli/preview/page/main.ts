/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import 'uplot/dist/uPlot.min.css';
import { ChartView } from '../view/preview-view';
import { startChart } from './chart';
import { startTheme } from './theme';
import './styles/theme.css';
import './styles/page.css';
import './styles/widgets.css';
import './styles/charts.css';
import './styles/media.css';

const plots = [...document.querySelectorAll<HTMLElement>('.chart')].map((frame) => {
  const data = frame.closest('.widget')!.querySelector('script[type="application/json"]')!;
  return startChart(frame, JSON.parse(data.textContent ?? '') as ChartView);
});
startTheme(() => plots.forEach((plot) => plot.redraw(false)));
