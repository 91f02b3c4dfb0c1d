import { fieldsOf, view } from '#microversion';
import { isoMicroseconds } from '../api/index.js';
import type { HostRecord } from './hosts.repository.js';

/** The only service that operators steer here: cells are steered by os-cells. */
export const COMPUTE = 'nova-compute';

const { always, since, until } = fieldsOf<HostRecord>();

export const computeService = view<HostRecord>({
  id: [until('2.52', h => h.id), since('2.53', h => h.uuid)],
  binary: always(() => COMPUTE),
  host: always(h => h.host),
  zone: always(h => h.zone),
  status: always(h => (h.enabled ? 'enabled' : 'disabled')),
  state: always(h => (h.up ? 'up' : 'down')),
  updated_at: always(h => isoMicroseconds(h.lastSeenAt)),
  disabled_reason: always(h => h.disabledReason),
  forced_down: since('2.11', h => h.forcedDown),
});

/** From 2.69: what is told of a service in a cell that is not heard of. */
export const unheardService = ({ host }: HostRecord) => ({ binary: COMPUTE, host, status: 'UNKNOWN' });
