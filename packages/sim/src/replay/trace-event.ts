import type { OutputFile } from './output-file.ts';

/**
 * One event of the Trace Event Format, which Perfetto (ui.perfetto.dev) and chrome://tracing read.
 * Times are microseconds. Source: "Trace Event Format", docs.google.com/document/d/
 * 1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
 */
export type TraceEvent = {
  readonly name: string;
  readonly pid: number;
  readonly args?: Readonly<Record<string, unknown>>;
} & (
  | { readonly ph: 'M'; readonly tid?: number }
  /** Beginning and end of a span; they nest within a thread. */
  | { readonly ph: 'B' | 'E'; readonly cat: string; readonly ts: number; readonly tid: number }
  /** A moment; `s`: on its thread. */
  | {
      readonly ph: 'i';
      readonly cat: string;
      readonly ts: number;
      readonly tid: number;
      readonly s: 't';
    }
  /** Where an arrow begins, and ends; each binds to the span around it. */
  | {
      readonly ph: 's' | 'f';
      readonly cat: string;
      readonly ts: number;
      readonly tid: number;
      readonly id: number;
      readonly bp?: 'e';
    }
);

/** Writes a file of such events, one a line. */
export class TraceEventFile {
  /** Events written so far. */
  count = 0;
  readonly #file: OutputFile;

  constructor(file: OutputFile) {
    this.#file = file;
    file.writeText('{"displayTimeUnit":"ms","traceEvents":[');
  }

  write(event: TraceEvent): void {
    this.#file.writeText(`${this.count === 0 ? '\n' : ',\n'}${JSON.stringify(event)}`);
    this.count++;
  }

  finish(): void {
    this.#file.writeText('\n]}\n');
    this.#file.finish();
  }
}
