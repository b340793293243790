/** What loss does to a stream, as statements about one link that hold in the virtual world and in the relay. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** One way from a caller to a callee that takes next to no time. */
export interface LossyLink {
  /** From now on this share of all tries is lost; the function that is returned ends it. */
  lose(share: number): () => void;
  /** Calls; told as `call` when the call has got through. */
  call(): void;
  /** Says something over a connection that stands, told as `data` and how many bytes it was. */
  send(count: number): void;
  /** Ends the stream, told as `end`. */
  end(): void;
  /** Lets time pass up to so many seconds after the beginning. */
  until(seconds: number): void;
  /** What the ends were told: tenths of seconds since the beginning, and what; `lost` for the end of it all. */
  told(): readonly string[];
  close(): void;
}

/** Tests of a world that can make such links; a link stands when `isStanding`, else it is to be called first. */
export function lossContract(name: string, make: (isStanding: boolean) => LossyLink): void {
  describe(`loss ${name}`, () => {
    let link: LossyLink;

    describe('on a connection that stands', () => {
      beforeEach(() => void (link = make(true)));
      afterEach(() => link.close());

      test('that has ended before the next try is felt as a stall until then', () => {
        const heal = link.lose(1);
        link.send(5);
        link.until(0.7);
        heal();
        link.until(20);
        expect(link.told()).toEqual(['1.4 data 5']);
      });

      test('of all for 3 s is felt as a stall of 3 s, in which nothing passes', () => {
        const heal = link.lose(1);
        link.send(5);
        link.until(1);
        link.send(7);
        link.end();
        link.until(2.9);
        expect(link.told()).toEqual([]);
        heal();
        link.until(20);
        expect(link.told().join()).toMatch(/^3\.0 data (12|5,3\.0 data 7),3\.0 end$/);
      });

      test('six times in a row resets it after 12.6 s, not before', () => {
        link.lose(1);
        link.send(5);
        link.until(12.5);
        expect(link.told()).toEqual([]);
        link.until(20);
        expect(link.told()).toEqual(['12.6 lost']);
      });

      test('six times in a row resets it, though it has ended meanwhile', () => {
        const heal = link.lose(1);
        link.send(5);
        link.until(7);
        heal();
        link.until(20);
        expect(link.told()).toEqual(['12.6 lost']);
      });

      test('loses an end that comes alone', () => {
        const heal = link.lose(1);
        link.end();
        link.until(0.3);
        heal();
        link.until(20);
        expect(link.told()).toEqual(['0.6 end']);
      });

      test('loses the rest of a flight that had got through', () => {
        link.lose(1e-9);
        link.send(5);
        link.until(0.15);
        const heal = link.lose(1);
        link.send(7);
        link.until(0.2);
        heal();
        link.until(20);
        expect(link.told()).toEqual(['0.0 data 5', '0.3 data 7']);
      });

      test('by two rules is that of both: a try has to pass each', () => {
        const heals = [link.lose(1), link.lose(1)];
        link.send(5);
        link.until(0.3);
        heals[0]!();
        link.until(0.7);
        heals[1]!();
        link.until(20);
        expect(link.told()).toEqual(['1.4 data 5']);
      });

      test('of a half is drawn for each 16 KiB of a stream, and changes nothing of it', () => {
        link.lose(0.5);
        link.send(64 * 16 * 1_024);
        link.end();
        link.until(2_000);
        const times = new Set(link.told().map((line) => line.split(' ')[0]));
        // Of 64 flights half stall; one in 64 is given up, perhaps.
        expect(times.size).toBeGreaterThan(5);
        expect(link.told().at(-1)).toMatch(/ (end|lost)$/);
      });
    });

    describe('of a call', () => {
      beforeEach(() => void (link = make(false)));
      afterEach(() => link.close());

      test('lets it through at the next try after it has ended: 1 s, 3 s, 7 s …', () => {
        const heal = link.lose(1);
        link.call();
        link.until(3.5);
        heal();
        link.until(70);
        expect(link.told()).toEqual(['7.0 call']);
      });

      test('six times in a row ends it after 63 s', () => {
        link.lose(1);
        link.call();
        link.until(62.9);
        expect(link.told()).toEqual([]);
        link.until(200);
        expect(link.told()).toEqual(['63.0 lost']);
      });
    });
  });
}
