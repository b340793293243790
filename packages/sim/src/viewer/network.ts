/** The network as a graph that can be played through time: who knows whom, what is on its way, who is down. */
import { choice, el, field } from './element.ts';
import { layOut } from './network-layout.ts';
import { NetworkPicture } from './network-picture.ts';
import { endsOf, NetworkState } from './network-state.ts';
import type { Run } from './run.ts';
import { section, type Section } from './section.ts';
import { showCount, showMoment, showNumber } from './show.ts';
import { isMotionWanted, onTheme } from './theme.ts';

/** So many peers are drawn; `page/network-record.ts` keeps no more. */
const MOST_DRAWN = 2_000;

/** The slider goes through the run in so many steps. */
const STEPS = 1_000;

/** Without motion the picture changes so often only. */
const CALM_MS = 1_000;

/** See the head of this file. */
export class NetworkSection implements Section {
  readonly id: string;
  readonly title: string;
  readonly root: HTMLElement;
  readonly #picture: NetworkPicture = new NetworkPicture();
  readonly #play: HTMLButtonElement = el('button', { type: 'button' }, 'Play');
  readonly #slider: HTMLInputElement = el('input', {
    type: 'range',
    min: 0,
    max: STEPS,
    value: STEPS,
  });
  readonly #speed: HTMLSelectElement = choice([
    ['60', 'the run in a minute'],
    ['20', 'the run in 20 s'],
    ['0', 'as it was'],
  ]);
  readonly #peer: HTMLInputElement = el('input', { type: 'search', autocomplete: 'off' });
  readonly #told: HTMLElement = el('p', { class: 'told' });
  #run: Run | null = null;
  #state: NetworkState | null = null;
  #atUs = 0;
  #chosen = -1;
  #isPlaying = false;
  #playedMs = 0;
  #isInSight = false;
  #isLayingOut = false;
  /** How many changes of links there were when the peers were last laid out; −1: they never were. */
  #laidOutLinks = -1;

  constructor() {
    ({ id: this.id, title: this.title, root: this.root } = section('network', 'Network'));
    const controls = [
      field('Moment', this.#slider),
      field('Speed', this.#speed),
      field('Peer', this.#peer),
    ];
    this.root.append(
      el('div', { class: 'filters' }, this.#play, ...controls),
      this.#picture.root,
      this.#told,
      el(
        'p',
        { class: 'hint' },
        'A dot is a peer that is up, a cross one that is down, orange one that stands still. Thin lines: one knows the other; thick blue lines: an image on its way; dashed red lines: a fault keeps them apart.',
      ),
    );
    this.#listen();
  }

  update(run: Run): void {
    if (run.head.state.up.length === 0 && run.head.result !== null) {
      const none = el('p', { class: 'hint' }, 'This page has no record of the network.');
      this.root.replaceChildren(this.root.firstElementChild!, none);
      return;
    }
    const isFirst = this.#run === null;
    // Whoever looks at an earlier moment of a run that goes on stays there.
    const isAtEnd = isFirst || this.#atUs >= this.#run!.head.endUs;
    this.#run = run;
    this.#state = new NetworkState(run, Math.min(run.head.peerCount, MOST_DRAWN));
    if (isAtEnd) this.#atUs = run.head.endUs;
    this.#slider.value = String(this.#stepOf(this.#atUs));
    this.#picture.forget();
    this.#show();
    if (isFirst) this.#awaitLook();
    else if (this.#isInSight) this.#layOut();
  }

  /** The layout is work that nobody needs who does not come here. */
  #awaitLook(): void {
    new IntersectionObserver((entries) => {
      this.#isInSight = entries.at(-1)!.isIntersecting;
      if (this.#isInSight) this.#layOut();
    }).observe(this.root);
    addEventListener('beforeprint', () => this.#layOut());
  }

  /** Once for a run that is over; anew whenever one that goes on has twice as many links as before. */
  #layOut(): void {
    const run = this.#run!;
    const links = run.column('link.at').length;
    const isGrown = links >= 2 * this.#laidOutLinks || !run.head.isRunning;
    if (this.#isLayingOut || links === this.#laidOutLinks || !isGrown) return;
    this.#laidOutLinks = links;
    this.#isLayingOut = true;
    layOut(run, Math.min(run.head.peerCount, MOST_DRAWN), (places, isDone) => {
      this.#picture.place(places);
      this.#show();
      this.#isLayingOut = !isDone;
      if (!isDone) return;
      this.#picture.root.dataset['laidOut'] = '';
      if (this.#run !== run) this.#layOut();
    });
  }

  /** Where the slider stands at a moment. */
  #stepOf(atUs: number): number {
    return Math.round((atUs / Math.max(1, this.#run!.head.endUs)) * STEPS);
  }

  #listen(): void {
    this.#play.addEventListener('click', () => this.#toggle());
    this.#slider.addEventListener('input', () => {
      this.#atUs = (Number(this.#slider.value) / STEPS) * (this.#run?.head.endUs ?? 0);
      this.#show();
    });
    this.#peer.addEventListener('input', () => this.#choose(this.#named(this.#peer.value)));
    this.#picture.root.addEventListener('click', ({ clientX, clientY }) => {
      const peer = this.#picture.peerAt(clientX, clientY);
      this.#peer.value = peer < 0 ? '' : this.#run!.peerName(peer);
      this.#choose(peer);
    });
    const redraw = (): void => {
      this.#picture.forget();
      this.#show();
    };
    onTheme(redraw);
    new ResizeObserver(redraw).observe(this.#picture.root);
  }

  #named(name: string): number {
    return this.#run?.head.peers.indexOf(name.trim()) ?? -1;
  }

  #choose(peer: number): void {
    this.#chosen = peer;
    this.#show();
  }

  #toggle(): void {
    this.#isPlaying = !this.#isPlaying;
    this.#play.textContent = this.#isPlaying ? 'Pause' : 'Play';
    if (!this.#isPlaying) return;
    if (this.#atUs >= this.#run!.head.endUs) this.#atUs = 0;
    this.#playedMs = performance.now();
    this.#goOn();
  }

  #goOn(): void {
    if (!this.#isPlaying) return;
    const nowMs = performance.now();
    const { endUs } = this.#run!.head;
    const seconds = Number(this.#speed.value);
    const usAMs = seconds === 0 ? 1_000 : endUs / (seconds * 1_000);
    this.#atUs = Math.min(endUs, this.#atUs + (nowMs - this.#playedMs) * usAMs);
    this.#playedMs = nowMs;
    this.#slider.value = String(this.#stepOf(this.#atUs));
    this.#show();
    if (this.#atUs >= endUs) this.#toggle();
    else if (isMotionWanted()) requestAnimationFrame(() => this.#goOn());
    else setTimeout(() => this.#goOn(), CALM_MS);
  }

  #show(): void {
    if (this.#run === null || this.#state === null) return;
    this.#state.seek(this.#atUs);
    const told = this.#sentence(this.#run, this.#state);
    this.#slider.setAttribute('aria-valuetext', showMoment(this.#atUs));
    this.#told.textContent = told;
    this.#picture.root.setAttribute('aria-label', told);
    this.#picture.draw(this.#run, this.#state, this.#chosen);
  }

  /** What the picture shows, for those who do not see it. */
  #sentence(run: Run, state: NetworkState): string {
    const up = state.states.reduce((count, kind) => count + (kind === 0 ? 0 : 1), 0);
    const parts = [
      `${showNumber(up)} of ${showCount(state.states.length, 'peer')} up`,
      `${showNumber(state.links.size)} links known`,
      `${showCount(state.transfers().length, 'image')} on the way`,
      ...state.faults().map(({ text }) => text),
    ];
    return `At ${showMoment(this.#atUs)}: ${parts.join(', ')}.${this.#chosenSentence(run, state)}`;
  }

  #chosenSentence(run: Run, state: NetworkState): string {
    if (this.#chosen < 0 || this.#chosen >= state.states.length) return '';
    const word = ['is down', 'is up', 'stands still'][state.states[this.#chosen]!]!;
    const known = [...state.links].filter((link) => endsOf(link)[0] === this.#chosen).length;
    return ` ${run.peerName(this.#chosen)} ${word} and knows ${showCount(known, 'other')}.`;
  }
}
