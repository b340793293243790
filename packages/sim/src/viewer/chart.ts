/** A chart over time, or over something else, as uPlot draws it, in the colours of the page. */
import uPlot from 'uplot';
import { el, scrolled, table } from './element.ts';
import type { Run } from './run.ts';
import { color, onTheme } from './theme.ts';

/** One line of a chart, or one set of bars. */
export interface Line {
  readonly label: string;
  /** A name of the style sheet's colours. */
  readonly color: string;
  readonly values: readonly (number | null)[];
  /** Steps are for what is counted, lines for what is measured. */
  readonly shape?: 'line' | 'steps' | 'bars';
  readonly isFilled?: boolean;
  readonly isDashed?: boolean;
}

/** What a chart shows. */
export interface Picture {
  readonly title: string;
  /** Whole sentences for those who do not see it. */
  readonly told: string;
  /** What the values along the bottom are, as a heading of the table. */
  readonly along: string;
  readonly x: readonly number[];
  readonly lines: readonly Line[];
  /** Fills between two lines, by their places. */
  readonly bands?: readonly (readonly [upper: number, lower: number])[];
  readonly showX: (value: number) => string;
  readonly showY: (value: number) => string;
  readonly isLogX?: boolean;
  readonly isLogY?: boolean;
  /** Charts that show the same time share a pointer. */
  readonly group?: string;
  /** Draws behind the lines. */
  readonly behind?: (plot: uPlot) => void;
}

const HEIGHT = 190;

/** A place for a chart; `show` draws it, and draws it again when the page changes its colours or its width. */
export class Chart {
  readonly root: HTMLElement;
  readonly #place: HTMLElement;
  readonly #heading: HTMLElement;
  readonly #numbers: HTMLDetailsElement;
  #picture: Picture | null = null;
  #plot: uPlot | null = null;
  #width = 0;

  constructor() {
    this.#heading = el('h3', {});
    this.#place = el('div', { class: 'plot' });
    this.#numbers = el('details', { class: 'numbers' }, el('summary', {}, 'As a table'));
    this.root = el('figure', { class: 'chart' }, this.#heading, this.#place, this.#numbers);
    this.#numbers.addEventListener('toggle', () => this.#tell());
    new ResizeObserver(() => this.#resize()).observe(this.#place);
    onTheme(() => this.#draw());
  }

  /** Draws that; a part that somebody looks closer at stays in sight. */
  show(picture: Picture): void {
    const before = this.#picture;
    this.#picture = picture;
    this.#heading.textContent = picture.title;
    if (this.#plot === null || before === null || !isAlike(before, picture)) this.#draw();
    else this.#renew(this.#plot, before, picture);
    this.#tell();
  }

  /** The same chart with other values. */
  #renew(plot: uPlot, before: Picture, picture: Picture): void {
    const { min = null, max = null } = plot.scales['x']!;
    const [first, last] = [before.x[0], before.x.at(-1)];
    const isWhole = picture.isLogX || first === last || (min === first && max === last);
    plot.root.parentElement!.setAttribute('aria-label', picture.told);
    plot.setData(dataOf(picture), isWhole);
    if (!isWhole && min !== null && max !== null) plot.setScale('x', { min, max });
  }

  #draw(): void {
    const picture = this.#picture;
    if (picture === null || this.#width === 0) return;
    this.#plot?.destroy();
    const box = el('div', { role: 'img', 'aria-label': picture.told });
    this.#place.replaceChildren(box);
    const options = optionsOf(picture, this.#width, () => this.#picture!);
    this.#plot = new uPlot(options, dataOf(picture), box);
  }

  #resize(): void {
    const width = Math.floor(this.#place.clientWidth);
    if (width === this.#width || width === 0) return;
    this.#width = width;
    if (this.#plot === null) this.#draw();
    else this.#plot.setSize({ width, height: HEIGHT });
  }

  /** The numbers are laid out only when somebody wants them. */
  #tell(): void {
    const picture = this.#picture;
    if (!this.#numbers.open || picture === null) return;
    this.#numbers.replaceChildren(this.#numbers.firstElementChild!, numbersOf(picture));
  }
}

function dataOf({ x, lines }: Picture): uPlot.AlignedData {
  return [x, ...lines.map(({ values }) => values)] as uPlot.AlignedData;
}

/** Whether they differ in values alone. */
function isAlike(one: Picture, other: Picture): boolean {
  const { isLogX, isLogY } = other;
  return one.isLogX === isLogX && one.isLogY === isLogY && one.x.length > 0;
}

function numbersOf({ title, along, x, lines, showX, showY }: Picture): HTMLElement {
  const rows = x.map((at, i) => [
    showX(at),
    ...lines.map(({ values }) => (values[i] == null ? '–' : showY(values[i]))),
  ]);
  return scrolled(title, table(title, [along, ...lines.map(({ label }) => label)], rows));
}

/** `now` gives the picture that is shown when something is drawn: values change, all else stays. */
function optionsOf(picture: Picture, width: number, now: () => Picture): uPlot.Options {
  const { group, showX, showY, bands = [], behind } = picture;
  const axis = {
    stroke: color('soft'),
    grid: { stroke: color('grid'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    legend: {
      live: true,
      markers: { dash: (_, i) => (picture.lines[i - 1]?.isDashed === true ? 'dashed' : 'solid') },
    },
    cursor: {
      y: false,
      ...(group !== undefined && { sync: { key: group } }),
    },
    scales: {
      x: picture.isLogX
        ? { time: false, distr: 3 }
        : { time: false, range: (_, min, max) => [min ?? 0, max ?? 1] },
      y: picture.isLogY
        ? { distr: 3 }
        : { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] },
    },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : showX(tick))) },
      {
        ...axis,
        size: 72,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : showY(tick))),
      },
    ],
    series: [
      { label: picture.along, value: (_, value) => (value === null ? '–' : showX(value)) },
      ...picture.lines.map((line) => seriesOf(line, showY)),
    ],
    bands: bands.map(([upper, lower], i) => ({
      series: [upper + 1, lower + 1],
      fill: faint(color(picture.lines[upper]!.color), 0.14 + 0.05 * i),
    })),
    hooks: { drawClear: behind === undefined ? [] : [(plot: uPlot) => now().behind?.(plot)] },
  };
}

function seriesOf(line: Line, showY: (value: number) => string): uPlot.Series {
  const stroke = color(line.color);
  return {
    label: line.label,
    stroke,
    width: line.shape === 'bars' ? 0 : 1.5,
    ...(line.isDashed && { dash: [5, 4] }),
    ...((line.isFilled || line.shape === 'bars') && {
      fill: line.shape === 'bars' ? stroke : faint(stroke, 0.2),
    }),
    ...(line.shape === 'steps' && { paths: uPlot.paths.stepped!({ align: 1 }) }),
    ...(line.shape === 'bars' && { paths: uPlot.paths.bars!({ size: [1, Infinity], align: 1 }) }),
    points: { show: false },
    value: (_, value) => (value === null ? '–' : showY(value)),
  };
}

function faint(hex: string, share: number): string {
  return `${hex}${Math.round(share * 255)
    .toString(16)
    .padStart(2, '0')}`;
}

/** Shades the times of faults, and marks where phases begin. */
export function shadeTimes({ head }: Run): (plot: uPlot) => void {
  return ({ ctx, bbox, valToPos, scales }) => {
    const place = (us: number): number =>
      Math.min(bbox.left + bbox.width, Math.max(bbox.left, valToPos(us / 1e6, 'x', true)));
    if (scales['x']?.min == null) return;
    const { min, max } = scales['x'] as { min: number; max: number };
    // Whoever looks closer at a part sees what is in it alone.
    const isSeen = (fromUs: number, toUs: number): boolean =>
      toUs >= min * 1e6 && fromUs <= max * 1e6;
    ctx.save();
    ctx.fillStyle = color('shade');
    for (const { startUs, endUs } of head.faults) {
      if (!isSeen(startUs, endUs ?? head.endUs)) continue;
      const left = place(startUs);
      ctx.fillRect(left, bbox.top, Math.max(1, place(endUs ?? head.endUs) - left), bbox.height);
    }
    const begun = head.phases.filter(({ startUs: at }) => at !== null && isSeen(at, at));
    markPhases(ctx, bbox, begun, place);
    ctx.restore();
  };
}

function markPhases(
  ctx: CanvasRenderingContext2D,
  bbox: uPlot.BBox,
  phases: Run['head']['phases'],
  place: (us: number) => number,
): void {
  ctx.strokeStyle = ctx.fillStyle = color('soft');
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  // When a chart is drawn again, the axes have left theirs.
  ctx.textAlign = 'left';
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  const begun = phases.flatMap(({ name, startUs }) =>
    startUs === null ? [] : [{ name, x: place(startUs) }],
  );
  for (const { x } of begun) {
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  const widths = begun.map(({ x }, i) => (begun[i + 1]?.x ?? bbox.left + bbox.width) - x);
  const taken: { readonly from: number; readonly to: number }[] = [];
  // Names that would lie upon one another tell nothing; that of the longest phase tells most.
  for (const i of begun.map((_, at) => at).sort((a, b) => widths[b]! - widths[a]!)) {
    const { name, x } = begun[i]!;
    const to = x + ctx.measureText(name).width + 8 * devicePixelRatio;
    if (taken.some((one) => x < one.to && one.from < to)) continue;
    ctx.fillText(name, x + 4 * devicePixelRatio, bbox.top + 2 * devicePixelRatio);
    taken.push({ from: x, to });
  }
}
