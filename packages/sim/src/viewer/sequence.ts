/** The course of one request: who was asked in turn and what each answered, as a diagram and as a list. */
import { REQUEST_CLASSES } from '../page/page-data.ts';
import { el, scrolled, svg } from './element.ts';
import type { Run } from './run.ts';
import { showFigure, showMoment, showTime } from './show.ts';

/** One line of the course. */
interface Step {
  /** Who does it to whom; the same for what somebody does alone. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly isBad?: boolean;
  /** Nobody waited for what came of it, if anything did. */
  readonly isGivenUp?: boolean;
}

/** More peers beside one another, or more steps, cannot be taken in; the list has them all. */
const MOST_LANES = 8;
const MOST_STEPS = 24;

const LANE = 150;
const STEP = 34;
const TOP = 44;

/** Outcomes that are as they should be. */
const IN_ORDER: ReadonlySet<string> = new Set(['found', 'not-found', 'not-needed']);

/** A call that was not needed any more when another peer had answered: whether it was heard is not known. */
const GIVEN_UP = 'not-needed';

/** Shows one request at a time. */
export class SequenceView {
  readonly root: HTMLElement = el('div', { class: 'sequence', 'aria-live': 'polite' });

  /** Shows the request in that row. */
  show(run: Run, row: number): void {
    const number = run.column('request.number')[row]!;
    const { steps, isKept } = stepsOf(run, row);
    const heading = el('h3', {}, `The course of request ${number}`);
    const list = steps.map((step) =>
      el('li', { class: step.isBad ? 'fails' : '' }, told(run, step)),
    );
    this.root.replaceChildren(
      heading,
      el('p', {}, verdictOf(run, row)),
      ...(isKept ? [] : [el('p', { class: 'hint' }, 'Whom it asked was left out of this page.')]),
      el(
        'div',
        { class: 'beside' },
        scrolled(`Diagram of request ${number}`, diagram(run, steps)),
        el('ol', {}, ...list),
      ),
      el(
        'p',
        { class: 'hint' },
        'The order is the one in which the answers counted; the times between are in a trace (sim replay --request).',
      ),
    );
  }
}

function verdictOf(run: Run, row: number): string {
  const name = REQUEST_CLASSES[run.column('request.class')[row]!]!;
  const number = run.column('request.number')[row]!;
  const telling = run.head.result?.tellingRequests.find(({ request }) => request === number);
  const why = run.head.whys[run.column('request.why')[row]!] || (telling?.why ?? '');
  const phase = run.head.phases[run.column('request.phase')[row]!]?.name ?? '';
  return `It was due in phase ${phase} and came out ${name}${why === '' ? '' : `: ${why}`}.`;
}

function stepsOf(run: Run, row: number): { steps: Step[]; isKept: boolean } {
  const of = (
    name: 'at' | 'took' | 'peer' | 'image' | 'from' | 'size' | 'outcome' | 'attempts',
  ): number => run.column(`request.${name}`)[row]!;
  const asker = of('peer');
  const begin: Step = {
    ...{ from: asker, to: asker },
    text: `wants ${run.imageName(of('image'))} at ${showMoment(of('at'))}`,
  };
  const isKept = of('attempts') >= 0;
  const asked = isKept ? attemptsOf(run, row, asker) : [];
  const took = of('took');
  const outcome = run.head.outcomes[of('outcome')] ?? '';
  const size = of('size') > 0 ? `, ${showFigure('bytes', of('size'))}` : '';
  const end: Step = {
    ...{ from: asker, to: asker },
    text: took < 0 ? 'gets no answer' : `${outcome} after ${showTime(took)}${size}`,
    isBad: took < 0 || !IN_ORDER.has(outcome),
  };
  return { steps: [begin, ...asked, end], isKept };
}

function attemptsOf(run: Run, row: number, asker: number): Step[] {
  const counts = run.column('request.attempts');
  let first = 0;
  for (let i = 0; i < row; i++) first += Math.max(0, counts[i]!);
  return Array.from({ length: counts[row]! }, (_, i): Step => {
    const peer = run.column('attempt.peer')[first + i]!;
    const outcome = run.head.outcomes[run.column('attempt.outcome')[first + i]!] ?? '';
    return {
      from: peer,
      to: asker,
      text: outcome,
      isBad: !IN_ORDER.has(outcome),
      isGivenUp: outcome === GIVEN_UP,
    };
  });
}

function told(run: Run, { from, to, text, isGivenUp }: Step): string {
  if (from === to) return `${nameOf(run, from)} ${text}.`;
  if (isGivenUp)
    return `${nameOf(run, to)} calls ${nameOf(run, from)}, and gives it up: not needed any more.`;
  return `${nameOf(run, to)} asks ${nameOf(run, from)}: ${text}.`;
}

function nameOf(run: Run, peer: number): string {
  return peer < 0 ? 'an unknown peer' : run.peerName(peer);
}

/** Lines for the peers, arrows for what they do; what it shows is in the list beside it too. */
function diagram(run: Run, all: readonly Step[]): HTMLElement {
  const steps = all.length > MOST_STEPS ? [...all.slice(0, MOST_STEPS - 1), all.at(-1)!] : all;
  const lanes = [...new Set([steps[0]!.from, ...steps.map(({ from }) => from)])];
  const shown = lanes.slice(0, MOST_LANES);
  const drawn = steps.filter(({ from }) => shown.includes(from));
  const width = shown.length * LANE + 90;
  const height = TOP + drawn.length * STEP + 14;
  const x = (peer: number): number => LANE / 2 + shown.indexOf(peer) * LANE;
  const picture = svg('svg', {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    'aria-hidden': 'true',
  });
  for (const peer of shown) picture.append(...laneOf(nameOf(run, peer), x(peer), height));
  drawn.forEach((step, i) => picture.append(...arrowOf(step, x, TOP + (i + 0.6) * STEP)));
  const left = all.length - drawn.length;
  return el(
    'div',
    {},
    picture,
    ...(left > 0 ? [el('p', { class: 'hint' }, `${left} more are in the list.`)] : []),
  );
}

function laneOf(name: string, x: number, height: number): SVGElement[] {
  const text = name.length > 20 ? `${name.slice(0, 19)}…` : name;
  return [
    svg('line', { x1: x, x2: x, y1: 28, y2: height, class: 'lane' }),
    svg('text', { x, y: 18, 'text-anchor': 'middle', class: 'lane-name' }, text),
  ];
}

function arrowOf(
  { from, to, text, isBad, isGivenUp }: Step,
  x: (peer: number) => number,
  y: number,
): SVGElement[] {
  const kind = isBad ? 'bad' : '';
  if (from === to) {
    return [
      svg('circle', { cx: x(from), cy: y - 4, r: 4, class: `dot ${kind}` }),
      svg('text', { x: x(from) + 10, y, class: kind }, text),
    ];
  }
  const [tail, head] = [x(from), x(to)];
  const middle = (tail + head) / 2;
  return [
    svg('line', { x1: head, x2: tail, y1: y - 8, y2: y - 8, class: 'ask' }),
    svg('path', { d: `M${tail} ${y - 8}l-7 -4v8z`, class: 'ask-head' }),
    ...(isGivenUp
      ? []
      : [
          svg('line', { x1: tail, x2: head, y1: y + 2, y2: y + 2, class: `answer ${kind}` }),
          svg('path', { d: `M${head} ${y + 2}l7 -4v8z`, class: `answer-head ${kind}` }),
        ]),
    svg('text', { x: middle, y: y - 11, 'text-anchor': 'middle', class: kind }, text),
  ];
}
