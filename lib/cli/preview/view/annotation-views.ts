import { HorizontalAnnotation, VerticalAnnotation, WidgetProperties } from '../dashboard/dashboard-body';
import { HorizontalView, VerticalView } from './preview-view';

type Annotations = WidgetProperties['annotations'];

/** Lines and bands at values. A pair of annotations is a band between them. */
export function horizontalViews(annotations: Annotations): HorizontalView[] {
  return (annotations?.horizontal ?? []).flatMap((each): HorizontalView[] => {
    const [line, end] = asPair<HorizontalAnnotation>(each);
    const { value, label, color, fill, yAxis } = line;
    return line.visible === false || typeof value !== 'number'
      ? []
      : [
          {
            value,
            to: end?.value,
            label: label ?? end?.label ?? '',
            axis: yAxis ?? 'left',
            color,
            fill: fill === 'above' || fill === 'below' ? fill : undefined,
          },
        ];
  });
}

/** Lines and bands at points in time. */
export function verticalViews(annotations: Annotations): VerticalView[] {
  return (annotations?.vertical ?? []).flatMap((each): VerticalView[] => {
    const [line, end] = asPair<VerticalAnnotation>(each);
    const { value, label, color, fill } = line;
    const time = Date.parse(value) / 1000;
    return line.visible === false || Number.isNaN(time)
      ? []
      : [
          {
            time,
            to: end && Date.parse(end.value) / 1000,
            label: label ?? end?.label ?? '',
            color,
            fill: fill === 'before' || fill === 'after' ? fill : undefined,
          },
        ];
  });
}

function asPair<T>(annotation: T | readonly T[]): readonly T[] {
  return Array.isArray(annotation) ? (annotation as readonly T[]) : [annotation as T];
}
