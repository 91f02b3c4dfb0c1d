import { randomUUID } from 'node:crypto';
import type { Random } from '#domain';

/** Chance of the machine: uuids are cryptographically random, fractions are not. */
export class SystemRandom implements Random {
  fraction(): number {
    return Math.random();
  }

  uuid(): string {
    return randomUUID();
  }
}
