import { el } from './element.ts';
import type { Run } from './run.ts';
import { section, swap, type Section } from './section.ts';

/** What the page does not have, and what it is made of. */
export function aboutSection(): Section & { update(run: Run): void } {
  const part = section('about', 'About this page');
  const place = el('div', {});
  part.root.append(place);
  return {
    ...part,
    update({ head }) {
      const notes =
        head.leftOut.length === 0 ? ['Nothing was left out of this page.'] : head.leftOut;
      const made = head.result?.environment;
      swap(
        place,
        el('ul', {}, ...notes.map((note) => el('li', {}, note))),
        el('p', {}, 'Times are told to a thousandth, latencies of charts to 1.6%.'),
        ...(made === undefined
          ? []
          : [
              el(
                'p',
                {},
                `Made by imagemesh ${made.imagemesh} on Node.js ${made.node}, ${made.system}, ${made.startedAt}.`,
              ),
            ]),
      );
    },
  };
}
