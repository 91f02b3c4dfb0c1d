import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { CloudError, type Random } from '#domain';
import { CredentialRow } from './credential-entities.js';
import { conflictOnDuplicate } from './database-errors.js';
import { definedOnly } from './defined-only.js';
import { newId } from './ids.js';

export interface NewCredential {
  readonly userId: string;
  readonly projectId: string | null;
  readonly type: string;
  /** What Keystone calls the blob. */
  readonly secret: string;
}

/** An EC2 access key and its secret. */
export interface Ec2Credential {
  readonly access: string;
  readonly secret: string;
  readonly userId: string;
  readonly projectId: string;
}

/** Secrets of users that must stay readable: EC2 keys, certificates. */
export class Credentials {
  constructor(
    private readonly database: DataSource,
    private readonly random: Random,
  ) {}

  list(filter: { userId?: string; type?: string } = {}): Promise<CredentialRow[]> {
    return this.repository().find({ where: definedOnly(filter), order: { id: 'ASC' } });
  }

  /** @throws CloudError `notFound` */
  async get(id: string): Promise<CredentialRow> {
    const row = await this.repository().findOneBy({ id });
    if (!row) throw new CloudError('notFound', `Could not find credential: ${id}.`);
    return row;
  }

  /** @throws CloudError `conflict`; `invalid` when it is of type ec2 and its blob is no access key */
  async create(given: NewCredential): Promise<CredentialRow> {
    const row = { id: this.idFor(given), ...given };
    await conflictOnDuplicate(`Conflict occurred attempting to store credential - Duplicate entry.`, this.repository().insert(row));
    return row;
  }

  async update(id: string, changes: Partial<NewCredential>): Promise<CredentialRow> {
    const after = { ...(await this.get(id)), ...changes };
    this.idFor(after);
    if (Object.keys(changes).length > 0) await this.repository().update({ id }, changes);
    return after;
  }

  async delete(id: string): Promise<void> {
    await this.get(id);
    await this.repository().delete({ id });
  }

  /** A new access key for a user in a project. */
  async createEc2(userId: string, projectId: string): Promise<Ec2Credential> {
    const [access, secret] = [newId(this.random), newId(this.random)];
    await this.create({ userId, projectId, type: 'ec2', secret: JSON.stringify({ access, secret }) });
    return { access, secret, userId, projectId };
  }

  async listEc2(userId: string): Promise<Ec2Credential[]> {
    return (await this.list({ userId, type: 'ec2' })).map(ec2From);
  }

  /** @throws CloudError `notFound` */
  async getEc2(access: string): Promise<Ec2Credential> {
    const row = await this.repository().findOneBy({ id: ec2Id(access), type: 'ec2' });
    if (!row) throw new CloudError('notFound', `Could not find credential: ${access}.`);
    return ec2From(row);
  }

  deleteEc2(access: string): Promise<void> {
    return this.delete(ec2Id(access));
  }

  private idFor({ type, secret, projectId }: NewCredential): string {
    if (type !== 'ec2') return newId(this.random);
    const parsed = Ec2Blob.safeParse(jsonOf(secret));
    if (!parsed.success)
      throw new CloudError('invalid', "Invalid input for field 'credential.blob': an ec2 credential is JSON with access and secret.");
    if (projectId === null)
      throw new CloudError('invalid', "Invalid input for field 'credential.project_id': an ec2 credential needs a project.");
    return ec2Id(parsed.data.access);
  }

  private repository() {
    return this.database.getRepository(CredentialRow);
  }
}

const Ec2Blob = z.looseObject({ access: z.string().min(1), secret: z.string().min(1) });

const ec2Id = (access: string): string => createHash('sha256').update(access).digest('hex');

const ec2From = ({ userId, projectId, secret }: CredentialRow): Ec2Credential => ({
  ...Ec2Blob.transform(({ access, secret: key }) => ({ access, secret: key })).parse(JSON.parse(secret)),
  userId,
  projectId: projectId ?? '',
});

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
