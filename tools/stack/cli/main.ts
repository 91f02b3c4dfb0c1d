import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudError, messageOf } from '#domain';
import { parseArguments } from './options.js';
import { reset } from './reset.js';
import { start } from './start.js';
import { status } from './status.js';
import { stop } from './stop.js';

/** Four up from dist/tools/stack/cli. */
const sources = dirname(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))));
const commands = { start, stop, status, reset };

/** @returns the exit code */
export const main = async (args: unknown): Promise<number> => {
  try {
    const options = parseArguments(args);
    return await commands[options.command](options, sources);
  } catch (error) {
    console.error(`\ncanopy: ${messageOf(error)}`);
    // What is no CloudError is a defect of the launcher: then where it happened helps.
    if (!(error instanceof CloudError) && error instanceof Error) console.error(error.stack);
    return 1;
  }
};
