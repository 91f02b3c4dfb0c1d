import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CloudError } from '#domain';

/** Addresses that projects may take, as the operator configures them: `{ name: public, cidr: 203.0.113.0/24 }`. */
export const floatingIpPoolConfig = z.strictObject({
  name: z.string().min(1).max(64),
  /** IPv4; the first and the last address of it are given to nobody. */
  cidr: z.cidrv4().refine(text => Number(text.split('/')[1]) <= 30, 'must have room for addresses: /30 at least'),
});

export interface FloatingIpPool {
  /** The same whenever a pool of this name is configured: a pool is a network too, and networks have ids. */
  readonly id: string;
  readonly name: string;
  readonly cidr: string;
  /** As numbers, both inclusive. */
  readonly first: number;
  readonly last: number;
}

/** @throws CloudError `invalid` when two pools have one name. */
export const floatingIpPools = (configured: readonly z.infer<typeof floatingIpPoolConfig>[]): FloatingIpPool[] =>
  configured.map(({ name, cidr }, index) => {
    if (configured.findIndex(other => other.name === name) !== index)
      throw new CloudError('invalid', `floatingIpPools[${index}].name: there is another pool '${name}'`);
    const [address = '', prefix] = cidr.split('/');
    const size = 2 ** (32 - Number(prefix));
    const base = Math.floor(numberOf(address) / size) * size;
    return { id: idOf(name), name, cidr: `${addressOf(base)}/${prefix}`, first: base + 1, last: base + size - 2 };
  });

/** `203.0.113.7` */
export const addressOf = (number: number): string => [24, 16, 8, 0].map(bits => (number >>> bits) & 0xff).join('.');

/** @param address IPv4 */
export const numberOf = (address: string): number => address.split('.').reduce((number, part) => number * 256 + Number(part), 0);

const idOf = (name: string): string => {
  const hex = createHash('sha256').update(`floating-ip-pool/${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
