import { type Clock, type Logger, messageOf, type Random } from '#domain';
import { jsonLogger } from './json-logger.js';
import { SystemClock } from './system-clock.js';
import { SystemRandom } from './system-random.js';

export interface ServiceRuntime {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
}

export interface RunningService {
  /** Stops taking work, finishes what runs, lets go of connections. Bounded by `stopTimeoutMs` from outside. */
  stop(): Promise<void>;
}

export interface RunServiceOptions {
  /** Of the level that the configuration asks for; info when absent. */
  readonly logger?: Logger;
  readonly stopTimeoutMs?: number;
}

/**
 * The life of one service process: start, the line `ready` in the log, then SIGTERM or SIGINT, a stop with a bound, exit.
 *
 * A service that cannot start, and a rejection or exception that nobody handles, end the process with code 1: whoever supervises
 * it starts a fresh one, which is safer than going on in a state that no code foresaw. A second signal ends it at once.
 * Signals that arrive while it starts are obeyed when it has started, within the same bound.
 */
export const runService = async (
  name: string,
  start: (runtime: ServiceRuntime) => Promise<RunningService>,
  { logger = jsonLogger({ level: 'info', service: name }), stopTimeoutMs = 10_000 }: RunServiceOptions = {},
): Promise<void> => {
  const clock = new SystemClock();
  const fail = (event: string) => (error: unknown) => {
    logger.error(event, { error });
    process.exit(1);
  };
  process.on('unhandledRejection', fail('unhandled rejection'));
  process.on('uncaughtException', fail('uncaught exception'));

  const startedAt = clock.now();
  const service = start({ logger, clock, random: new SystemRandom() });
  stopOnSignals(() => service.then(running => running.stop()), { logger, stopTimeoutMs });
  try {
    await service;
  } catch (error) {
    logger.error(`${name} could not start: ${messageOf(error)}`, { error });
    process.exit(1);
  }
  // Whoever supervises it waits for this line, whatever level of log was asked for.
  jsonLogger({ level: 'info', service: name }).info('ready', { seconds: (clock.now() - startedAt) / 1000, node: process.version });
};

const stopOnSignals = (stop: () => Promise<void>, { logger, stopTimeoutMs }: { logger: Logger; stopTimeoutMs: number }): void => {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) {
      logger.warn('second signal: ending at once', { signal });
      process.exit(1);
    }
    stopping = true;
    logger.info('stopping', { signal });
    setTimeout(() => {
      logger.error('not stopped in time: ending', { stopTimeoutMs });
      process.exit(1);
    }, stopTimeoutMs).unref();
    stop().then(
      () => {
        logger.info('stopped');
        process.exit(0);
      },
      error => {
        logger.error('stopped with an error', { error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
};
