import type { Layout } from '../layout.js';
import type { Address } from '../machines.js';
import { answers } from '../ports.js';
import { findProgram } from './programs.js';
import type { Service } from './service.js';

/**
 * Erlang's port mapper, on which RabbitMQ insists. RabbitMQ would start one by itself, and leave it behind when it stops; started
 * here it is a process like the others.
 */
export const epmdService = (layout: Layout, { name, host, port }: { name: string } & Address): Service => ({
  name,
  kind: 'epmd',
  needs: [],
  log: layout.log(name),
  fingerprint: `epmd ${host} ${port}`,
  readySeconds: 20,
  stopSeconds: 5,
  prepare: async () => {},
  launch: () => ({ command: findProgram('epmd'), args: ['-port', String(port), '-address', host], env: {} }),
  isReady: () => answers(host, port),
});
