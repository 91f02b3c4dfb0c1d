import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { readJoinToken } from '#contracts';
import { provide } from '../../setup/install.js';
import { wantsOf } from '../../stack/cli/start.js';
import { makeDirectory, writeFileAtomically } from '../../stack/files.js';
import { Stack } from '../../stack/stack.js';
import type { Topology } from '../../stack/topology.js';
import type { Finding } from '../doctor/finding.js';
import { CloudNo } from '../errors.js';
import { type CellWishes, cellTopology } from './cell-topology.js';
import { openMemory } from './memory.js';
import { complete, type JoinDoor, type Place, redeem } from './redeem.js';
import { selfCheck } from './self-check.js';

export interface JoinWishes extends CellWishes {
  readonly token: string;
  /** Instead of the token's own. */
  readonly url: string | undefined;
  readonly directory: string;
  readonly enable: boolean;
  readonly timeoutSeconds: number;
}

export interface Joined {
  readonly place: Place;
  readonly findings: readonly Finding[];
  /** Whether the self-check passed, and the cell is in the tree. */
  readonly joined: boolean;
  readonly logs: string;
}

/** Three up from dist/tools/canopy/join, and out of dist. */
const SOURCES = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * Makes this machine a cell. Every step may be done again: after a failure, or a Ctrl-C, the same command goes on where it was.
 * @throws CloudNo, CloudError, UsageError with one line each.
 */
export const joinCell = async (wishes: JoinWishes, say: (text: string) => void): Promise<Joined> => {
  const deadline = performance.now() + wishes.timeoutSeconds * 1000;
  const { url, cell } = readJoinToken(wishes.token);
  const directory = resolve(wishes.directory);
  // What is wrong with the wishes must be found before the token is used.
  cellTopology(wishes, { path: cell, parent: cell.slice(0, cell.lastIndexOf('!')), brokerUrl: 'amqps://u:p@h/v' });
  const door: JoinDoor = { url: wishes.url ?? url, token: wishes.token, memory: openMemory(directory, cell) };
  say(`asking ${door.url} for a place in the tree`);
  const place = await redeem(door);
  const stack = await startCell(wishes, place, directory, say);
  say('self-check');
  const findings = await selfCheck(ownCell(stack, place), place, { deadline, say });
  const failed = findings.some(finding => finding.verdict === 'fail');
  if (!failed) await complete(door, { enable: wishes.enable, deadline, say });
  return { place, findings, joined: !failed, logs: stack.logDirectory };
};

const startCell = async (wishes: JoinWishes, place: Place, directory: string, say: (text: string) => void): Promise<Stack> => {
  const { topology, value } = cellTopology(wishes, place);
  const topologyFile = join(directory, 'topology.yaml');
  // It holds the password of the account on the parent's broker.
  writeFileAtomically(topologyFile, stringify(value), 0o600);
  makeDirectory(join(directory, 'log'), 0o755);
  await provide(wants(topology), { sources: SOURCES, log: join(directory, 'log', 'apt.log'), say });
  const stack = await Stack.open({ directory, sources: SOURCES, topology, topologyFile });
  const total = stack.serviceList().length;
  let ready = 0;
  await stack.up({
    listener: ({ state, service }) => {
      if (state === 'ready') ready += 1;
      say(`starting: ${ready} of ${total} (${service.name})`);
    },
  });
  return stack;
};

const wants = (topology: Topology) => ({ ...wantsOf({ topology }, { demo: false, image: undefined }), client: false });

const ownCell = (stack: Stack, { path }: Place) => {
  const cell = stack.plan.cells.find(one => one.path === path);
  if (!cell) throw new CloudNo(`the plan of ${path} has no such cell: remove ${stack.layout.root} and join again`);
  return cell;
};
