import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { CloudError } from '#domain';
import { layoutOf } from '../layout.js';
import { readState } from '../state.js';
import { readTopology, type Topology } from '../topology.js';

/** The command line as tools/start.mjs has split it. */
export const Arguments = z.object({
  command: z.enum(['start', 'stop', 'status', 'reset'], { error: 'must be start, stop, status or reset' }),
  extra: z.array(z.string()).max(0, 'must be one word'),
  topology: z.string().optional(),
  shared: z.boolean().optional(),
  driver: z.enum(['libvirt', 'fake'], { error: 'must be libvirt or fake' }).optional(),
  demo: z.boolean(),
  image: z.string().optional(),
  detach: z.boolean(),
  'port-base': z.coerce.number('must be a number').int().min(1024, 'must be 1024 or more').max(30_000, 'must be 30000 or less').optional(),
  directory: z.string(),
});
export type Arguments = z.infer<typeof Arguments>;

/** @throws CloudError `invalid` naming the option. */
export const parseArguments = (value: unknown): Arguments => {
  const result = Arguments.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    issue => `${issue.path[0] === 'command' || issue.path[0] === 'extra' ? 'the command' : `--${String(issue.path[0])}`} ${issue.message}`,
  );
  throw new CloudError('invalid', `${[...new Set(lines)].join('; ')}. See npm start -- --help`);
};

export interface Chosen {
  readonly topology: Topology;
  /** Absolute. */
  readonly file: string;
}

/** The tree to raise: the file of the command line, or else the last one, or else the default; and what options change in it. */
export const chooseTopology = (options: Arguments, sources: string): Chosen => {
  const remembered = readState(layoutOf(resolve(options.directory)).state);
  const file = options.topology ?? remembered?.topologyFile ?? join(sources, 'tools/topologies/default.yaml');
  const topology = readTopology(file);
  // Data that one shared server holds is not found by servers of every cell's own, so the choice is remembered with it.
  const shared = options.shared ?? (options.topology ? topology.servers.shared : (remembered?.shared ?? topology.servers.shared));
  return {
    file: isAbsolute(file) ? file : resolve(file),
    topology: {
      ...topology,
      driver: options.driver ?? (options.topology ? topology.driver : (remembered?.driver ?? topology.driver)),
      portBase: options['port-base'] ?? topology.portBase,
      servers: { ...topology.servers, shared },
    },
  };
};
