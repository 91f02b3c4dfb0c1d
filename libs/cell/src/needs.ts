import type { CellCommand, CellEvent, CellReport, ComputeEvent, ComputeReport, Envelope } from '#contracts';
import { type GuestActionName, guestActionOf } from '#domain';
import type { Wanted } from './store.js';

type Handled = CellCommand | CellEvent | CellReport | Exclude<ComputeEvent, 'guest.list'> | ComputeReport;
type Need = { readonly [K in keyof Wanted]?: Wanted[K] };

interface Subject {
  readonly instanceUuid?: string;
  readonly spec?: { readonly instanceUuid: string; readonly group?: { readonly uuid: string } | null | undefined };
  readonly report?: { readonly instanceUuid: string; readonly vmState: string; readonly move?: unknown };
  readonly action?: { readonly name: GuestActionName };
  readonly labels?: unknown;
  readonly error?: unknown;
  readonly hosts?: readonly { readonly host: string }[];
  readonly cellPath?: string;
  readonly host?: string;
  readonly hostNames?: readonly string[];
}

const subjectOf = (payload: Subject): string[] => {
  const uuid = payload.instanceUuid ?? payload.spec?.instanceUuid ?? payload.report?.instanceUuid;
  return uuid === undefined ? [] : [uuid];
};
const instance = (payload: Subject): Need => ({ instances: subjectOf(payload) });
const instanceAndSpec = (payload: Subject): Need => ({ instances: subjectOf(payload), requestSpecs: subjectOf(payload) });
/** Those that place an instance anew, give its room back, or look what its host is like. */
const REPLACING: ReadonlySet<GuestActionName | undefined> = new Set<GuestActionName>([
  'unshelve',
  'rebuild',
  'shelveOffload',
  'softDelete',
  'restore',
]);
const needsSpec = ({ action, labels }: Subject): boolean =>
  labels !== undefined || (action !== undefined && guestActionOf(action.name).withSpec === true);
const changesQuota = ({ report }: Subject): boolean => Boolean(report?.move) || report?.vmState === 'soft-delete';
const everything = (payload: Subject): Need => ({ ...instanceAndSpec(payload), placement: true });
const groupOf = ({ spec }: Subject): Need => ({ groups: spec?.group ? [spec.group.uuid] : [] });
/** A cell that only passes it on needs to know whether the next one is its child. */
const hostOf = ({ cellPath = '', host = '', hostNames = [host] }: Subject, { target }: Envelope): Need =>
  cellPath === target ? { hosts: hostNames } : { children: cellPath.slice(target.length + 1).split('!', 1) };
const childOf = (received: Envelope): string => received.source.slice(received.source.lastIndexOf('!') + 1);

/** What each method's handler needs loaded. A row left out here is an error at its first use, not a lost update. */
export const needs: Record<Handled, (payload: Subject, received: Envelope) => Need> = {
  'instance.build': payload => ({ ...everything(payload), ...groupOf(payload) }),
  'instance.delete': everything,
  'instance.recall': everything,
  'instance.retell': payload => ({ ...instance(payload), placement: true }),
  'globals.update': () => ({ placement: true, globals: true }),
  'host.update': hostOf,
  'host.remove': hostOf,
  'images.cache': hostOf,
  'instance.action': payload =>
    REPLACING.has(payload.action?.name) ? everything(payload) : needsSpec(payload) ? instanceAndSpec(payload) : instance(payload),
  'instance.move': everything,
  'instance.resetState': everything,
  'instance.state': payload => ({ ...(changesQuota(payload) ? instanceAndSpec(payload) : instance(payload)), fromChild: true }),
  'instance.deleted': payload => ({ ...instanceAndSpec(payload), fromChild: true }),
  'build.rejected': payload => ({ ...everything(payload), fromChild: true }),
  'instance.unknown': instance,
  'host.mirror': () => ({ fromChild: true }),
  'host.gone': () => ({ fromChild: true }),
  'capacity.report': (_payload, received) => ({ children: [childOf(received)], fromChild: true }),
  'cell.status': (_payload, received) => ({ children: [childOf(received)], fromChild: true }),
  'guest.spawned': payload => (payload.error ? everything(payload) : instance(payload)),
  'guest.destroyed': everything,
  'guest.acted': instance,
  'guest.progress': instance,
  'guest.moved': everything,
  'guest.changed': instance,
  'host.status': payload => ({ hosts: payload.hosts?.map(host => host.host) ?? [] }),
};

export const isHandled = (method: string): method is Handled => Object.hasOwn(needs, method);

/** All of them together, for one transaction. */
export const together = (wants: readonly Wanted[]): Wanted => ({
  frames: wants.flatMap(want => want.frames ?? []),
  instances: wants.flatMap(want => want.instances ?? []),
  newInstances: wants.flatMap(want => want.newInstances ?? []),
  requestSpecs: wants.flatMap(want => want.requestSpecs ?? []),
  hosts: wants.flatMap(want => want.hosts ?? []),
  hostServices: wants.flatMap(want => want.hostServices ?? []),
  children: wants.flatMap(want => want.children ?? []),
  joins: wants.flatMap(want => want.joins ?? []),
  fromChild: wants.some(want => want.fromChild),
  quotas: wants.flatMap(want => want.quotas ?? []),
  userQuotas: wants.flatMap(want => want.userQuotas ?? []),
  groups: wants.flatMap(want => want.groups ?? []),
  placement: wants.some(want => want.placement),
  globals: wants.some(want => want.globals),
});
