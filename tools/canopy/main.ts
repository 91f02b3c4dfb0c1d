import { CommanderError } from 'commander';
import { CloudNo, UsageError } from './errors.js';
import { consoleIo, type Io } from './io.js';
import { makeProgram } from './program.js';

const OK = 0;
/** The cloud said no, did not answer, or something is unhealthy. */
const NO = 1;
const USAGE = 2;

/**
 * Runs one command line.
 * @param argv without node and script
 * @returns the exit code: 0, 1 when the cloud said no or something is unhealthy, 2 for a wrong command line
 */
export const main = async (argv: readonly string[], io: Io = consoleIo()): Promise<number> => {
  let code = OK;
  const program = makeProgram(io, result => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return told(error, io);
  }
};

const told = (error: unknown, io: Io): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE;
  if (error instanceof UsageError) {
    io.error(`canopy: ${error.message}`);
    return USAGE;
  }
  const reason = error instanceof Error ? error.message : String(error);
  io.error(`canopy: ${reason}`);
  if (!(error instanceof CloudNo) && io.env.CANOPY_DEBUG && error instanceof Error) io.error(error.stack ?? '');
  return NO;
};
