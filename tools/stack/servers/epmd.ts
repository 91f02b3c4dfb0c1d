import type { Layout } from '../layout.js';
import { answers } from '../ports.js';
import { findProgram } from './programs.js';
import type { Service } from './service.js';

/**
 * Erlang's port mapper, on which RabbitMQ insists. RabbitMQ would start one by itself, and leave it behind when it stops; started
 * here it is a process like the others.
 */
export const epmdService = (layout: Layout, port: number): Service => ({
  name: 'epmd',
  kind: 'epmd',
  needs: [],
  log: layout.log('epmd'),
  fingerprint: `epmd ${port}`,
  readySeconds: 20,
  stopSeconds: 5,
  prepare: async () => {},
  launch: () => ({ command: findProgram('epmd'), args: ['-port', String(port), '-address', '127.0.0.1'], env: {} }),
  isReady: () => answers('127.0.0.1', port),
});
