import type { AnyWorkflowRow } from '#cell';
import { BuildSpec, GlobalItem } from '#contracts';
import type { Raw } from './raw.js';

export const specFromRaw = (raw: Raw) => ({ uuid: String(raw.uuid), spec: BuildSpec.parse(JSON.parse(String(raw.spec))) });

export const globalItemFromRaw = (raw: Raw): GlobalItem =>
  GlobalItem.parse({
    kind: raw.kind,
    id: String(raw.id),
    version: Number(raw.version),
    body: raw.body === null ? null : JSON.parse(String(raw.body)),
  });

export const workflowFromRaw = (raw: Raw): AnyWorkflowRow => JSON.parse(String(raw.body)) as AnyWorkflowRow;
