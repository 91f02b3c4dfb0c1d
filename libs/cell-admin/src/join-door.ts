import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AdminDoor } from '#cell';
import { BrokerPasswordHash, joinSecretHash, readJoinToken } from '#contracts';
import { type CellPath, type Clock, CloudError, isAtOrBelow, nameOf, parentOf } from '#domain';
import { wording } from './checked-input.js';

export interface JoinDoorOptions {
  readonly door: AdminDoor;
  readonly clock: Clock;
  /** What the paths begin with. */
  readonly prefix: string;
}

const REDEEM = '/os-cells/join';
const COMPLETE = '/os-cells/join/complete';
/** Paths, below the prefix, that need no other credentials than a join token. */
export const JOIN_PATHS: readonly string[] = [REDEEM, COMPLETE];

const proof = { token: z.string().max(4000), password_hash: BrokerPasswordHash };
const redeemBody = z.strictObject({ join: z.strictObject(proof) });
const completeBody = z.strictObject({ join: z.strictObject({ ...proof, enable: z.boolean().default(true) }) });

/** The broker of the parent makes an account meanwhile. */
const SECONDS = 45;

/** Where a machine comes that wants to be a cell: at the root, or at any cell above the new one. The token is all that it needs. */
export const mountJoinDoor = (fastify: FastifyInstance, { door, clock, prefix }: JoinDoorOptions): void => {
  const order = (request: FastifyRequest) => ({
    operator: { userId: 'join-token', requestId: request.id },
    deadline: clock.now() + SECONDS * 1000,
  });
  fastify.post(`${prefix}${REDEEM}`, async request => {
    const { join } = checked(redeemBody, request.body);
    const { parent, proof: shown } = proofOf(door.path, join);
    const { path, brokerUrl } = await door.ask({ cell: parent, operation: 'cell.redeem', request: shown, ...order(request) });
    return { cell: { path, parent, broker_url: brokerUrl } };
  });
  fastify.post(`${prefix}${COMPLETE}`, async request => {
    const { join } = checked(completeBody, request.body);
    const { parent, proof: shown } = proofOf(door.path, join);
    const request_ = { ...shown, enable: join.enable };
    const { joined, waitingFor } = await door.ask({ cell: parent, operation: 'cell.complete', request: request_, ...order(request) });
    return { joined, waiting_for: waitingFor };
  });
};

/** @throws CloudError `invalid`, `notFound` when the cell that the token is for does not come below this one. */
const proofOf = (here: CellPath, join: { readonly token: string; readonly password_hash: string }) => {
  const { cell, secret } = readJoinToken(join.token);
  const parent = parentOf(cell);
  if (!parent || !isAtOrBelow(parent, here))
    throw new CloudError('notFound', `Cell ${cell} does not come below ${here}: ask the root, or a cell above it.`);
  return { parent, proof: { name: nameOf(cell), tokenHash: joinSecretHash(secret), passwordHash: join.password_hash } };
};

const checked = <S extends z.ZodType>(schema: S, body: unknown): z.output<S> => {
  const result = schema.safeParse(body);
  if (!result.success) throw new CloudError('invalid', wording(result.error.issues[0]!, 'field/attribute'));
  return result.data;
};
