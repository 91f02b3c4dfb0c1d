import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomically } from './files.js';
import { isFree, PortPicker } from './ports.js';

/** What a stack remembers from start to start, besides its data and its secrets. */
const State = z.object({
  /** By the name of what listens there: see portKeys(). */
  ports: z.record(z.string(), z.number().int()),
  /** Absolute; where the next start without --topology finds the tree. */
  topologyFile: z.string().optional(),
  shared: z.boolean().default(false),
  /** Servers that were there before it, without accounts: `mysql://db.example.org:3306/west`. */
  existingServers: z.array(z.string()).default([]),
  driver: z.enum(['libvirt', 'fake']).optional(),
});
export type State = z.infer<typeof State>;

/** Undefined when there is none, or it cannot be read: everything in it can be chosen again. */
export const readState = (path: string): State | undefined => {
  try {
    return State.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
};

export const writeState = (path: string, state: State): void => writeFileAtomically(path, `${JSON.stringify(state, null, 1)}\n`, 0o644);

/**
 * The port of every key: the one it had, unless somebody else took it meanwhile, or else a new free one.
 * @param isOurs whether the service that had the port runs, so that the port is in use by it
 */
export const choosePorts = async (
  keys: readonly string[],
  remembered: Readonly<Record<string, number>>,
  options: { readonly base: number; readonly isOurs: (key: string) => boolean },
): Promise<Record<string, number>> => {
  const picker = new PortPicker(options.base, Object.values(remembered));
  const ports: Record<string, number> = {};
  for (const key of keys) {
    const before = remembered[key];
    const usable = before !== undefined && (options.isOurs(key) || (await isFree('127.0.0.1', before)));
    ports[key] = usable ? before : await picker.pick();
  }
  return ports;
};
