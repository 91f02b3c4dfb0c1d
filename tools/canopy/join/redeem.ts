import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { exchange } from '../client/http.js';
import { read } from '../client/shapes.js';
import { CloudNo } from '../errors.js';
import type { Memory } from './memory.js';

const Redeemed = z.object({ cell: z.object({ path: z.string(), parent: z.string(), broker_url: z.string() }) });
const Completed = z.object({ joined: z.boolean(), waiting_for: z.string().nullable() });

/** The broker of the parent makes an account meanwhile. */
const TIMEOUT_MS = 60_000;
const AGAIN_MS = 1000;

export interface JoinDoor {
  /** Below it lies `/os-cells/join`. */
  readonly url: string;
  readonly token: string;
  readonly memory: Memory;
}

export interface Place {
  readonly path: string;
  readonly parent: string;
  /** Of the parent's broker, with the cell's account. */
  readonly brokerUrl: string;
}

/** @throws CloudNo when the token does not open. */
export const redeem = async ({ url, token, memory }: JoinDoor): Promise<Place> => {
  const body = { join: { token, password_hash: memory.passwordHash } };
  const answer = await exchange({ method: 'POST', url: `${url}/os-cells/join`, body, timeoutMs: TIMEOUT_MS });
  const { path, parent, broker_url } = read(Redeemed, answer.body, 'the answer to the token').cell;
  const broker = new URL(broker_url);
  broker.password = memory.password;
  return { path, parent, brokerUrl: broker.href };
};

/** Asks until the parent has heard the cell, and the cell what is pushed down. @throws CloudNo at the deadline (of performance.now()). */
export const complete = async (
  { url, token, memory }: JoinDoor,
  { enable, deadline, say }: { enable: boolean; deadline: number; say: (text: string) => void },
): Promise<void> => {
  const body = { join: { token, password_hash: memory.passwordHash, enable } };
  for (;;) {
    const answer = await exchange({ method: 'POST', url: `${url}/os-cells/join/complete`, body, timeoutMs: TIMEOUT_MS });
    const { joined, waiting_for } = read(Completed, answer.body, 'the answer to the self-check');
    if (joined) return;
    if (performance.now() > deadline)
      throw new CloudNo(`the cell runs, but its parent still waits for ${waiting_for}: see its log, then run the same command again`);
    say(`the parent waits for ${waiting_for}`);
    await sleep(AGAIN_MS);
  }
};
