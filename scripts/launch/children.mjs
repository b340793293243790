// Child processes and signals: the launcher always outlives its child and ends as the child ended.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The child that owns the terminal now, if any. */
let foreground;
/** The hidden helper (npx, pnpm) that runs now, if any. */
let helper;
/** The signal that arrived while no foreground child was there to take it. */
let interruption;

/** An end that one sentence explains: no stack trace, just the sentence and an exit code. */
export class Refusal extends Error {
  /** @param {string} sentence  @param {number} exitCode  @param {string[]} details */
  constructor(sentence, exitCode, details = []) {
    super(sentence);
    this.exitCode = exitCode;
    this.details = details;
  }
}

/** Thrown when a signal ends the preparation; the launcher then dies by that signal, silently. */
export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(signal);
    this.signal = signal;
  }
}

/** Writes one line of the launcher's own on stderr, so that stdout stays the child's. */
export function say(line) {
  process.stderr.write(`imagemesh: ${line}\n`);
}

/** Ends the preparation if a signal asked for it. */
export function stopIfInterrupted() {
  if (interruption) throw new Interrupted(interruption);
}

/** Signals a helper with all it started: npx runs install scripts that must not be left behind. */
function killHelper(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

function onSignal(signal) {
  if (foreground) {
    // A terminal has sent Ctrl-C to the whole foreground group already: the child has it, and
    // many programs take a second one as "quit at once".
    if (signal === 'SIGINT' && isatty(0)) return;
    foreground.kill(signal);
    return;
  }
  // Killed at once, npm leaves a lock of 60 s and half a folder in its cache: it gets the time to
  // undo its work (5 s were seen), unless the user asks a second time.
  if (helper) {
    const child = helper;
    killHelper(child, interruption ? 'SIGKILL' : 'SIGTERM');
    setTimeout(() => killHelper(child, 'SIGKILL'), 10_000).unref();
  }
  interruption ??= signal;
}

/** Takes the signals over from Node's default, which would end the launcher before its child. */
export function watchSignals() {
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

/** Ends this process by `signal`, so that the caller sees what it would have seen of the child. */
export function dieBy(signal) {
  for (const watched of SIGNALS) process.removeAllListeners(watched);
  // Node ignores some signals (SIGPIPE); the shell's number for the signal is then the best left.
  setTimeout(() => process.exit(128 + constants.signals[signal]), 300);
  process.kill(process.pid, signal);
}

/** Runs `file` on the user's terminal. Resolves to how it ended: { code, signal }. */
export function run(file, args, { cwd, env }) {
  stopIfInterrupted();
  return new Promise((resolve, reject) => {
    foreground = spawn(file, args, { cwd, env, stdio: 'inherit' });
    foreground.once('error', (error) => {
      foreground = undefined;
      reject(new Refusal(`${file} could not be started (${error.message}).`, 1));
    });
    foreground.once('exit', (code, signal) => {
      foreground = undefined;
      resolve({ code, signal });
    });
  });
}

/** Runs a helper unseen. Resolves to { ok, stdout, output }, `output` being stdout and stderr. */
export async function runHidden(file, args, { cwd, env }) {
  stopIfInterrupted();
  const result = await new Promise((resolve) => {
    let stdout = '';
    let output = '';
    // Its own process group, so that an interruption reaches the helper's children too.
    helper = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    helper.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    helper.stderr.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    helper.once('error', (error) => resolve({ ok: false, stdout, output: error.message }));
    helper.once('close', (code) => resolve({ ok: code === 0, stdout, output }));
  });
  helper = undefined;
  stopIfInterrupted();
  return result;
}
