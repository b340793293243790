import { showFigure, showNumber } from '../result/show-figure.ts';

export { showFigure, showNumber };

/** A moment or a length of time. */
export function showTime(us: number): string {
  return showFigure('time', us);
}

/** A moment from the start, to the millisecond. */
export function showMoment(us: number): string {
  return `${showNumber(us / 1e6, 3)} s`;
}

/** `1 peer`, `2 peers`. */
export function showCount(count: number, one: string, many = `${one}s`): string {
  return `${showNumber(count)} ${count === 1 ? one : many}`;
}
