import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PowerState } from '#domain';
import type { Stack } from '../../../tools/stack/stack.js';

/** A guest of a fake hypervisor. */
export interface Guest {
  readonly uuid: string;
  readonly host: string;
  readonly runs: boolean;
}

/** What a line of a journal tells; the rest of it is the driver's. */
interface Line {
  readonly instanceUuid: string;
  readonly powerState: number;
  readonly gone?: true;
}

/** The guests that the fake hypervisors really have, from their own journals. */
export const readGuests = (stack: Stack): Guest[] => {
  const root = join(stack.layout.root, 'hosts');
  return readdirSync(root).flatMap(service =>
    journalsOf(join(root, service)).flatMap(({ host, path }) =>
      linesOf(path).map(({ instanceUuid, powerState }) => ({ uuid: instanceUuid, host, runs: powerState === PowerState.RUNNING })),
    ),
  );
};

/** @returns the hosts of a service that is down. Their guests are off when it starts again. */
export const switchOffGuests = (service: string): string[] =>
  journalsOf(service).map(({ host, path }) => {
    const off = linesOf(path).map(line => `${JSON.stringify({ ...line, powerState: PowerState.SHUTDOWN })}\n`);
    appendFileSync(path, `\n${off.join('')}`);
    return host;
  });

const journalsOf = (service: string): { readonly host: string; readonly path: string }[] => {
  const directory = join(service, 'guests');
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory).filter(file => file.endsWith('.jsonl'));
  return files.map(file => ({ host: file.slice(0, -'.jsonl'.length), path: join(directory, file) }));
};

/** The newest of each guest that is there. A line that a kill cut off was never answered for. */
const linesOf = (path: string): Line[] => {
  const guests = new Map<string, Line>();
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    const line = parsed(text);
    if (line?.gone) guests.delete(line.instanceUuid);
    else if (line) guests.set(line.instanceUuid, line);
  }
  return [...guests.values()];
};

const parsed = (text: string): Line | undefined => {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
};
