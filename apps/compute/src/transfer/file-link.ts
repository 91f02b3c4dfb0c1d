import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** One file of one guest that is put aside, until the second. */
export interface FileLink {
  readonly host: string;
  readonly instanceUuid: string;
  readonly name: string;
  readonly expiresAtSeconds: number;
}

/**
 * What signs the links of a host. It is made of what the hosts of a cell share already, the account by which they take orders, so that a
 * link outlives the process that gave it.
 */
export const linkKey = (brokerUrl: string): Buffer => createHash('sha256').update(`moves of guests\n${brokerUrl}`).digest();

export const linkPath = (link: FileLink, key: Buffer): string =>
  `/guests/${link.host}/${link.instanceUuid}/${link.name}?expires=${link.expiresAtSeconds}&signature=${sign(link, key)}`;

/** The link of a path that was asked for; undefined unless this key has signed it and its time is not over. */
export const linkOf = (path: string, key: Buffer, nowMs: number): FileLink | undefined => {
  const [, host = '', instanceUuid = '', name = '', expires = '', signature = ''] =
    /^\/guests\/([^/?]+)\/([0-9a-f-]{36})\/([a-z.]{1,40})\?expires=(\d{1,12})&signature=([0-9a-f]{64})$/.exec(path) ?? [];
  const link = { host, instanceUuid, name, expiresAtSeconds: Number(expires) };
  if (!timingSafeEqual(Buffer.from(sign(link, key)), Buffer.from(signature.padEnd(64, ' ')))) return undefined;
  return link.expiresAtSeconds * 1000 > nowMs ? link : undefined;
};

const sign = ({ host, instanceUuid, name, expiresAtSeconds }: FileLink, key: Buffer): string =>
  createHmac('sha256', key).update(`${host}\n${instanceUuid}\n${name}\n${expiresAtSeconds}`).digest('hex');
