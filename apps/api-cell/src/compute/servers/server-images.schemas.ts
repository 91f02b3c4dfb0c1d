import { z } from 'zod';
import { requestSchema } from '#microversion';
import { types } from '../api/index.js';

type Metadata = Readonly<Record<string, string>>;

export interface CreateImageBody {
  readonly createImage: { readonly name: string; readonly metadata?: Metadata };
}

export interface CreateBackupBody {
  readonly createBackup: { readonly name: string; readonly backup_type: string; readonly rotation: number; readonly metadata?: Metadata };
}

const common = { name: types.name, metadata: types.metadata.optional() };

export const createImageBody = requestSchema<CreateImageBody>(z.strictObject({ createImage: z.strictObject(common) }));

export const createBackupBody = requestSchema<CreateBackupBody>(
  z.strictObject({ createBackup: z.strictObject({ ...common, backup_type: z.string(), rotation: types.integer(0) }) }),
);
