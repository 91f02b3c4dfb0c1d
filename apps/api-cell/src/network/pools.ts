import type { FloatingIpPool } from '../compute/index.js';

/** The pools of floating addresses that the configuration has. */
export class Pools {
  constructor(readonly all: readonly FloatingIpPool[]) {}
}
