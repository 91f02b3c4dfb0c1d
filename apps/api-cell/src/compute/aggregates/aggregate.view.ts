import { fieldsOf, view } from '#microversion';
import { isoMicroseconds } from '../api/index.js';
import type { AggregateRecord } from './aggregates.repository.js';

const { always, since } = fieldsOf<AggregateRecord>();

/** The answer to a create: a new aggregate has neither hosts nor metadata worth telling. */
const core = {
  id: always(a => a.id),
  uuid: since('2.41', a => a.uuid),
  name: always(a => a.name),
  availability_zone: always(a => a.metadata.availability_zone ?? null),
  created_at: always(a => isoMicroseconds(a.createdAt)),
  updated_at: always(a => (a.updatedAt === null ? null : isoMicroseconds(a.updatedAt))),
  deleted_at: always(() => null),
  deleted: always(() => false),
} as const;

export const aggregateCreated = view<AggregateRecord>(core);

export const aggregateDetail = view<AggregateRecord>({
  ...core,
  hosts: always(a => a.hosts),
  metadata: always(a => a.metadata),
});
