/// <reference lib="dom" />
import uPlot from 'uplot';
import { formatNumber } from '../view/format-number';
import { ChartView } from '../view/preview-view';
import { ChartData } from './chart-data';
import { seriesColor } from './chart-options';

/** What all series have at one point in time, beside the cursor. */
export class Tooltip {
  private readonly element = document.createElement('div');

  public constructor(
    private readonly frame: HTMLElement,
    private readonly chart: ChartView,
    private readonly data: ChartData,
  ) {
    this.element.className = 'tooltip';
    this.element.setAttribute('role', 'status');
    this.element.hidden = true;
    frame.append(this.element);
  }

  /** Shows the values at an index of the data, or nothing. */
  public show(plot: uPlot, index: number | null | undefined): void {
    if (index == null) {
      this.element.hidden = true;
      return;
    }
    const [timestamps, ...columns] = this.data.values;
    const list = document.createElement('ul');
    this.chart.series.forEach((series, place) => {
      list.append(item(series.label, seriesColor(series), columns[place][index]));
    });
    this.element.replaceChildren(
      `${new Date(timestamps[index] * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      list,
    );
    this.element.hidden = false;
    this.place(plot.valToPos(timestamps[index], 'x') + plot.bbox.left / devicePixelRatio);
  }

  private place(x: number): void {
    const { style, offsetWidth } = this.element;
    const isRightHalf = x > this.frame.clientWidth / 2;
    const left = isRightHalf ? x - offsetWidth - 12 : x + 12;
    style.left = `${Math.max(0, Math.min(left, this.frame.clientWidth - offsetWidth))}px`;
  }
}

function item(label: string, color: string, value: number | null | undefined): HTMLLIElement {
  const element = document.createElement('li');
  const swatch = document.createElement('span');
  swatch.className = 'swatch';
  swatch.style.background = color;
  const name = document.createElement('span');
  name.textContent = label;
  const number = document.createElement('b');
  number.textContent = value == null ? '--' : formatNumber(value);
  element.append(swatch, name, number);
  return element;
}
