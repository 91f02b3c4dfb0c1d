import { z } from 'zod';
import { CloudError } from '#domain';
import type { Allowed } from '../compute/index.js';

const text = z.string().max(255);
/** Of whose project it shall be: accepted where it is the caller's own. */
const owner = { project_id: z.string().optional(), tenant_id: z.string().optional() };

const NewGroup = { name: text.min(1), description: text.default('') };
export const CreateGroup = z.strictObject({
  security_group: z.strictObject({ ...NewGroup, ...owner, stateful: z.literal(true).optional() }),
});
export const UpdateGroup = z.strictObject({ security_group: z.strictObject({ name: text.min(1), description: text }).partial() });

const port = z.coerce.number().int().min(0).max(65535).nullish();
const FAMILY = { IPv4: '0.0.0.0/0', IPv6: '::/0' } as const;

export const CreateRule = z.strictObject({
  security_group_rule: z.strictObject({
    security_group_id: z.uuid(),
    direction: z.enum(['ingress', 'egress']),
    ethertype: z.enum(['IPv4', 'IPv6']).default('IPv4'),
    /** null: any. */
    protocol: z.enum(['tcp', 'udp', 'icmp', 'any']).nullish(),
    port_range_min: port,
    port_range_max: port,
    remote_ip_prefix: z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]).nullish(),
    remote_group_id: z.uuid().nullish(),
    description: text.nullish(),
    ...owner,
  }),
});
type NewRule = z.infer<typeof CreateRule>['security_group_rule'];

/** @throws CloudError `notImplemented` for what is not kept, `invalid` for what contradicts itself. */
export const allowedBy = (rule: NewRule): Allowed => {
  if (rule.direction === 'egress')
    throw new CloudError(
      'notImplemented',
      'direction: nothing restricts yet what servers send, so only rules of direction ingress are kept.',
    );
  const { remote_ip_prefix: prefix, remote_group_id: peer } = rule;
  if (prefix && peer) throw new CloudError('invalid', 'Only remote_ip_prefix or remote_group_id may be provided.');
  if (prefix && prefix.includes(':') !== (rule.ethertype === 'IPv6'))
    throw new CloudError('invalid', `remote_ip_prefix: ${prefix} is no network of ${rule.ethertype}.`);
  return { ...portsOf(rule), cidr: peer ? null : cidrOf(prefix ?? FAMILY[rule.ethertype]), peerId: peer ?? null };
};

const portsOf = (rule: NewRule): Pick<Allowed, 'protocol' | 'fromPort' | 'toPort'> => {
  const protocol = rule.protocol === 'any' ? null : (rule.protocol ?? null);
  const from = rule.port_range_min ?? null;
  const to = rule.port_range_max ?? null;
  if (protocol === null) {
    if (from !== null || to !== null) throw new CloudError('invalid', 'protocol: must be said when there is a range of ports.');
    return { protocol, fromPort: null, toPort: null };
  }
  if (protocol === 'icmp') {
    if ((from ?? 0) > 255 || (to ?? 0) > 255)
      throw new CloudError('invalid', 'port_range_min, port_range_max: of icmp, type and code are at most 255.');
    if (from === null && to !== null)
      throw new CloudError('invalid', 'port_range_min: the type of icmp must be said when there is a code.');
    return { protocol, fromPort: from ?? -1, toPort: to ?? -1 };
  }
  if (from === null && to === null) return { protocol, fromPort: 1, toPort: 65535 };
  if (from === null || to === null || from > to || from < 1)
    throw new CloudError('invalid', 'port_range_min, port_range_max: must both be ports, the former not above the latter.');
  return { protocol, fromPort: from, toPort: to };
};

const cidrOf = (text: string): string => (text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
