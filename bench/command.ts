import { CloudError, messageOf } from '#domain';

/** No honest run takes so long: something hangs that has no bound of its own. */
const LONGEST_MS = 60 * 60 * 1000;

/**
 * Runs what a command of the bench does: Ctrl-C aborts it, and an error is told in one line, with the stack of one that nobody meant.
 * @param run is given a signal that is aborted on Ctrl-C, SIGTERM and SIGHUP, and after an hour
 * @returns the exit code
 */
export const runCommand = async (run: (signal: AbortSignal) => Promise<void>): Promise<number> => {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());
  try {
    await run(AbortSignal.any([interrupted.signal, AbortSignal.timeout(LONGEST_MS)]));
    return 0;
  } catch (error) {
    console.error(interrupted.signal.aborted ? '\ncanopy: interrupted' : `\ncanopy: ${messageOf(error)}`);
    if (!interrupted.signal.aborted && !(error instanceof CloudError) && error instanceof Error) console.error(error.stack);
    return interrupted.signal.aborted ? 130 : 1;
  }
};
