import { z } from 'zod';
import type { HostChanges, HostShown } from '#contracts';
import { type AdminRoute, adminRoute } from './admin-route.js';
import { namedCell } from './cell-names.js';
import { asked } from './cells.routes.js';
import { isoSeconds } from './times.js';

/** What is left out stays as it is. */
const changeHostBody = z.strictObject({
  host: z
    .strictObject({
      enabled: z.boolean().optional(),
      disabled_reason: z.string().min(1).max(255).nullable().optional(),
      forced_down: z.boolean().optional(),
    })
    .refine(changes => Object.keys(changes).length > 0, 'says nothing to change'),
});

/** The hosts of one cell, as that cell itself knows them: the way in for its operator while it is cut off from the top. */
export const hostRoutes: readonly AdminRoute[] = [
  adminRoute({
    method: 'GET',
    path: '/os-cells/:name/hosts',
    rule: 'os-cells',
    handle: async call => {
      const cell = namedCell(call.door.path, call.params.name ?? '');
      return { hosts: (await asked(call, cell, 'host.list', {})).hosts.map(hostOf) };
    },
  }),
  adminRoute({
    method: 'PUT',
    path: '/os-cells/:name/hosts/:host',
    rule: 'os-cells:update',
    body: changeHostBody,
    handle: async (call, { host }) => {
      const cell = namedCell(call.door.path, call.params.name ?? '');
      return { host: hostOf(await asked(call, cell, 'host.change', { name: call.params.host ?? '', changes: changesOf(host) })) };
    },
  }),
];

const changesOf = (host: z.infer<typeof changeHostBody>['host']): HostChanges => ({
  ...(host.enabled !== undefined && { enabled: host.enabled }),
  ...(host.disabled_reason !== undefined && { disabledReason: host.disabled_reason }),
  ...(host.forced_down !== undefined && { forcedDown: host.forced_down }),
});

const hostOf = (host: HostShown) => ({
  name: host.name,
  zone: host.zone,
  enabled: host.enabled,
  disabled_reason: host.disabledReason,
  forced_down: host.forcedDown,
  up: host.up,
  last_seen_at: isoSeconds(host.lastSeenAt),
  servers: host.instances,
  vcpus: host.total.vcpus,
  vcpus_used: host.used.vcpus,
  memory_mb: host.total.memoryMb,
  memory_mb_used: host.used.memoryMb,
  disk_gb: host.total.diskGb,
  disk_gb_used: host.used.diskGb,
});
