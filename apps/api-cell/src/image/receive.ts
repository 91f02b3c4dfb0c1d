import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { drain } from './drain.js';

/** Hands the body of a request on as it comes; whoever is refused gets to reading why. */
export const receive = async (
  request: FastifyRequest,
  reply: FastifyReply,
  take: (data: Readable, announcedBytes: number | undefined) => Promise<void>,
): Promise<void> => {
  const data = request.raw;
  try {
    await take(data, announcedBytes(data));
  } catch (error) {
    // What was not read would be taken for the next request of this connection.
    reply.header('connection', 'close');
    await drain(data);
    throw error;
  }
};

/** Undefined when the client sends in chunks. */
const announcedBytes = (data: IncomingMessage): number | undefined => {
  const length = data.headers['content-length'];
  return length === undefined ? undefined : Number(length);
};
