import type { ExplainedServer, Rehearsed } from '#contracts';
import { CloudError } from '#domain';
import { childChosen } from '#scheduling';
import type { DecisionRow } from '../rows.js';
import type { AdminContext, AdminHandlersOf } from './admin-context.js';
import type { AdminParts } from './admin-handlers.js';
import { askChildren, byChild } from './asked-children.js';
import { rehearseAgain } from './dry-run.admin.js';

/** Why servers are where they are: what this cell decided, and what those decided that it chose, asked hop by hop. */
export const explainHandlers = (parts: AdminParts): AdminHandlersOf<'explain.show' | 'explain.decisions'> => ({
  'explain.show': async ({ id, limit, marker }, context) => {
    const found = isUuid(id) ? [id] : await parts.store.listDecidedInstances(id, { limit: limit + 1, ...(marker && { after: marker }) });
    const instances = found.slice(0, limit);
    const servers = instances.length ? await explained(parts, instances, context) : [];
    if (marker === null && !servers.some(server => server.decisions.length + server.unreachable.length > 0)) throw forgotten(parts, id);
    const [only] = servers;
    const now = only && isUuid(id) ? await askedForNow(parts, only, context) : null;
    return { servers, next: found.length > limit ? (instances.at(-1) ?? null) : null, now };
  },
  'explain.decisions': async ({ instances }, context) => ({ servers: await explained(parts, instances, context) }),
});

/**
 * A cell that knew by reports that its children have no room asked none of them, so what is missing on their hosts nobody has written
 * down. While the server is nowhere, its order is rehearsed.
 */
const askedForNow = async (
  parts: AdminParts,
  { instance, decisions }: ExplainedServer,
  context: AdminContext,
): Promise<Rehearsed | null> => {
  const last = decisions.findLast(({ cell }) => cell === parts.cell.path)?.decision;
  if (!last || last.chosen !== null) return null;
  const found = await parts.store.findInstance(instance);
  if (!found || found.deletedAt !== null || found.host !== null || found.nextHop !== null) return null;
  const spec = await parts.store.findSpec(instance);
  return spec ? rehearseAgain(parts, spec, context) : null;
};

const explained = async ({ cell, store }: AdminParts, instances: readonly string[], context: AdminContext): Promise<ExplainedServer[]> => {
  const rows = await store.listDecisions(instances);
  const servers = instances.map(instance => own(cell.path, instance, rows));
  const groups = byChild(servers, childrenChosen);
  const requests = new Map([...groups].map(([child, group]) => [child, { instances: group.map(server => server.instance) }]));
  const answers = await askChildren(cell, context, 'explain.decisions', requests);
  for (const { child, path, result } of answers) {
    for (const server of groups.get(child) ?? []) {
      const below = result?.servers.find(other => other.instance === server.instance);
      if (below) server.decisions.push(...below.decisions);
      server.unreachable.push(...(result ? (below?.unreachable ?? []) : [path]));
    }
  }
  return servers;
};

const own = (path: string, instance: string, rows: readonly DecisionRow[]): ExplainedServer => {
  const its = rows.filter(row => row.instanceUuid === instance);
  const decisions = its.map(({ at, decision }) => ({ cell: path, at, decision }));
  return { instance, requestId: its[0]?.requestId ?? null, decisions, unreachable: [] };
};

/** All that it was ever sent to: those that gave it back know why. */
const childrenChosen = ({ decisions }: ExplainedServer): string[] => [
  ...new Set(decisions.flatMap(({ decision }) => childChosen(decision) ?? [])),
];

const isUuid = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

const forgotten = ({ cell }: AdminParts, id: string): CloudError =>
  new CloudError('notFound', `Cell ${cell.path} keeps no decision about '${id}': it knows servers and requests of the last three days.`);
