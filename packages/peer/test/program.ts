import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { onTestFinished } from 'vitest';

/** How a program ended: its exit code, or the signal that ended it. */
export type Ending = number | NodeJS.Signals;

/** A child process whose output is gathered as text; it is killed when the running test ends. */
export class Program {
  readonly ended: Promise<Ending>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcessWithoutNullStreams;
  #ending: Ending | null = null;
  #onChange: () => void = () => {};

  constructor(command: string, args: readonly string[], cwd: string) {
    this.#child = spawn(command, args, { cwd, env: { ...process.env, NO_COLOR: '1' } });
    this.#child.stdout.setEncoding('latin1').on('data', (text: string) => {
      this.stdout += text;
      this.#onChange();
    });
    this.#child.stderr.setEncoding('latin1').on('data', (text: string) => {
      this.stderr += text;
      this.#onChange();
    });
    this.#child.stdin.on('error', () => {});
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (code, signal) => {
        this.#ending = code ?? signal!;
        resolve(this.#ending);
        this.#onChange();
      });
    });
    onTestFinished(async () => {
      this.kill('SIGKILL');
      await this.ended;
    });
  }

  get isRunning(): boolean {
    return this.#ending === null;
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  kill(signal: NodeJS.Signals): void {
    if (this.isRunning) this.#child.kill(signal);
  }

  /** Resolves to the match when the output has it; rejects when the program ends before. */
  async says(pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    const timer = setTimeout(() => this.kill('SIGKILL'), 15_000);
    try {
      for (;;) {
        const match = pattern.exec(this[stream]);
        if (match !== null) return match;
        if (!this.isRunning) {
          throw new Error(
            `ended with ${this.#ending} without saying ${pattern}\n${this.stdout}\n${this.stderr}`,
          );
        }
        await new Promise<void>((resolve) => (this.#onChange = resolve));
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
