import { hostPlaceKey } from '#cell';
import type { BuildSpec } from '#contracts';
import { CloudError } from '#domain';
import type { PolicedContext } from '../../http/index.js';
import { authorize, innerRules, type Sql } from '../api/index.js';
import type { CreateServerBody } from './create-server.schema.js';

/** Where a new server shall be. What is left out is the cells' choice. */
export interface AskedPlace {
  readonly zone?: string | undefined;
  readonly host?: string | undefined;
  readonly node?: string | undefined;
  /** By the zone, which passes by the filters that an operator may choose. */
  readonly forced?: boolean;
}

type Words = Pick<CreateServerBody['server'], 'availability_zone' | 'host' | 'hypervisor_hostname'>;

/**
 * The zone, and the host that an administrator may name: as `ZONE:HOST:NODE` in the zone, or by fields of its own since 2.74.
 * @throws CloudError `forbidden`; `invalid` in Nova's words
 */
export const askedPlace = (ctx: PolicedContext, server: Words): AskedPlace => {
  const [zone, host, node, ...others] = (server.availability_zone ?? '').split(':').map(part => part || undefined);
  if (others.length > 0) throw new CloudError('invalid', 'Invalid input received: Unable to parse availability_zone');
  const [isForced, isRequested] = [isNamed(host, node), isNamed(server.host, server.hypervisor_hostname)];
  if (isForced) authorize(innerRules.forceHost, ctx);
  if (isRequested) authorize(innerRules.requestHost, ctx);
  if (isForced && isRequested)
    throw new CloudError(
      'invalid',
      'One mechanism with host and/or hypervisor_hostname and another mechanism with zone:host:node are mutually exclusive.',
    );
  return isRequested ? { zone, host: server.host, node: server.hypervisor_hostname } : { zone, host, node, forced: isForced };
};

/** The hosts of that name, in whichever cells they are. @throws CloudError `invalid` when there is none */
export const hostsAskedFor = async (sql: Sql, { host, node, forced }: AskedPlace): Promise<Pick<BuildSpec, 'onHosts' | 'forced'>> => {
  if (!isNamed(host, node)) return {};
  const name = "JSON_VALUE(mirror, '$.inventory.hypervisorHostname')";
  const rows = await sql.rows(
    `SELECT cell_path, host FROM host_mirrors WHERE gone = 0 AND host = COALESCE(?, host) AND ${name} = COALESCE(?, ${name})`,
    [host ?? null, node ?? null],
  );
  if (rows.length === 0) throw new CloudError('invalid', `Compute host ${host ?? node} could not be found.`);
  const onHosts = rows.map(([cellPath, found]) => hostPlaceKey({ cellPath: String(cellPath), host: String(found) }));
  return { onHosts, ...(forced && { forced }) };
};

const isNamed = (host: string | undefined, node: string | undefined): boolean => host !== undefined || node !== undefined;
