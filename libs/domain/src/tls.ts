import { messageOf } from './errors.js';

/** What a connection with TLS is made with, as PEM text. Without `ca`, the authorities that Node trusts vouch for the server. */
export interface TlsMaterial {
  readonly ca?: string | undefined;
  /** The client's own certificate and key, for a server that asks for one. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/* By the words of OpenSSL, Node and mysql2: the last of them puts a code of its own in the place of OpenSSL's. */
const TROUBLES: readonly (readonly [RegExp, (setting: string) => string])[] = [
  [
    /self[- ]signed certificate|unable to (get|verify)|certificate signature failure|certificate not trusted|invalid CA certificate/i,
    setting => `${setting}.ca does not vouch for the server's certificate`,
  ],
  [/certificate has expired|certificate is not yet valid/i, setting => `${setting}: the server's certificate is not valid now`],
  [/altnames/i, setting => `${setting}: the server's certificate is for another name`],
  [
    /alert (certificate required|unknown ca|bad certificate|certificate unknown|handshake failure)/i,
    setting => `${setting}.cert and ${setting}.key are not what the server asks for`,
  ],
  [
    /does not support secure connection|wrong version number|packet length too long/i,
    setting => `${setting}: the server speaks no TLS there`,
  ],
];

/**
 * Why a connection was not made, in the words of the setting that can mend it.
 * @param setting where the configuration has the files: `broker.tls`
 * @returns the error's own message when TLS is not what failed
 */
export const connectionTrouble = (error: unknown, setting: string): string => {
  const message = messageOf(error);
  const trouble = TROUBLES.find(([pattern]) => pattern.test(message));
  return trouble ? `${trouble[1](setting)} (${message})` : message;
};
