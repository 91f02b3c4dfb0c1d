import { connect, type TLSSocket } from 'node:tls';
import type { ConsoleDoor } from '#contracts';
import { CloudError } from '#domain';
import { KEEP_ALIVE_MS, PSK_TLS } from './psk.js';

/**
 * Connects with a proxy that waits for this host. Only who has the key of the ticket gets through, in either direction.
 * @throws CloudError `unavailable` when it cannot be reached, or does not know the ticket (any more)
 */
export const dialDoor = ({ host, port, ticket, key }: ConsoleDoor, { limitMs }: { readonly limitMs: number }): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const psk = Buffer.from(key, 'hex');
    const socket = connect({
      host,
      port,
      ...PSK_TLS,
      pskCallback: () => ({ psk, identity: ticket }),
      checkServerIdentity: () => undefined,
    });
    const fail = (cause: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new CloudError('unavailable', `the console proxy at ${host}:${port} cannot be reached: ${cause.message}`, { cause }));
    };
    const timer = setTimeout(() => fail(new Error(`no answer in ${limitMs / 1000} s`)), limitMs);
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
