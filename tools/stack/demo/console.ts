import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '#domain';
import type { Screen } from '../cli/screen.js';
import type { CloudClient, DemoServer } from './cloud-client.js';

const LINES = 12;
const ASK_LINES = 60;
const BOOT_SECONDS = 120;
const REMIND_SECONDS = 10;

/**
 * Shows the end of the guest's serial console.
 * @param awaited a text to wait for, for as long as an emulated machine takes to boot; without it, what is there now
 */
export const showConsole = async (
  client: CloudClient,
  server: DemoServer,
  screen: Screen,
  signal: AbortSignal,
  awaited: string | undefined,
): Promise<void> => {
  if (awaited) screen.step('the guest boots …');
  const begun = performance.now();
  let remind = REMIND_SECONDS;
  for (;;) {
    const output = await read(client, server.id);
    const seconds = (performance.now() - begun) / 1000;
    const over = awaited === undefined || output.includes(awaited) || seconds > BOOT_SECONDS || signal.aborted;
    if (over) return print(output, screen, awaited !== undefined && !output.includes(awaited));
    if (seconds > remind) {
      screen.step('the guest still boots …');
      remind += REMIND_SECONDS;
    }
    await sleep(500);
  }
};

/** A console that cannot be read yet must not end a demonstration that has done its work. */
const read = async (client: CloudClient, id: string): Promise<string> => {
  try {
    return await client.consoleOutput(id, ASK_LINES);
  } catch (error) {
    return `(the console cannot be read: ${messageOf(error)})`;
  }
};

const print = (output: string, screen: Screen, late: boolean): void => {
  screen.step(late ? 'the guest has not greeted in time; the end of its console:' : "the end of the guest's console:");
  const lines = printable(output)
    .split('\n')
    .map(line => line.trimEnd())
    .filter(line => line !== '');
  for (const line of lines.slice(-LINES)) screen.plain(`          | ${line}`);
};

/** A guest's terminal sequences would act on the user's own terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const printable = (text: string): string => text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\x00-\x09\x0b-\x1f\x7f]/g, '');
