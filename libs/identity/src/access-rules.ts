import type { DataSource, EntityManager } from 'typeorm';
import { CloudError, type Random } from '#domain';
import { type AccessRule, AccessRuleRow, ApplicationCredentialRow } from './credential-entities.js';
import { definedOnly } from './defined-only.js';
import { UserRow } from './entities.js';
import { newId } from './ids.js';

/** A call that an application credential shall be good for: a rule that is there already by its id, or what it says. */
export interface AskedAccessRule {
  readonly id?: string | undefined;
  readonly says?: Omit<AccessRule, 'id'> | undefined;
}

/** What users allowed their application credentials. A rule is there once for each user, and stays when its credentials are gone. */
export class AccessRules {
  constructor(
    private readonly database: DataSource,
    private readonly random: Random,
  ) {}

  list(userId: string, filter: Partial<Omit<AccessRule, 'id'>> = {}): Promise<AccessRule[]> {
    return this.database
      .getRepository(AccessRuleRow)
      .find({ where: { userId, ...definedOnly(filter) }, order: { service: 'ASC', path: 'ASC', method: 'ASC', id: 'ASC' } });
  }

  /** @throws CloudError `notFound` */
  get(userId: string, id: string): Promise<AccessRule> {
    return ruleOf(this.database.manager, userId, id);
  }

  /** @throws CloudError `notFound`; `forbidden` while an application credential has it */
  async delete(userId: string, id: string): Promise<void> {
    await this.database.transaction(async tx => {
      await lockRulesOf(tx, userId);
      await ruleOf(tx, userId, id);
      const credentials = await tx.findBy(ApplicationCredentialRow, { userId });
      const user = credentials.find(({ accessRules }) => accessRules?.some(rule => rule.id === id));
      if (user) throw new CloudError('forbidden', `Access rule ${id} is in use by application credential ${user.id}: delete that first.`);
      await tx.delete(AccessRuleRow, { id });
    });
  }

  /** Those that are asked for, each once; what is not there yet is made. In the transaction that gives them to a credential. */
  async take(tx: EntityManager, userId: string, asked: readonly AskedAccessRule[]): Promise<AccessRule[]> {
    await lockRulesOf(tx, userId);
    const known = (await tx.findBy(AccessRuleRow, { userId })).map(told);
    const before = known.length;
    const taken = asked.map(({ id, says }) => {
      const found = known.find(rule => rule.id === id) ?? known.find(rule => says !== undefined && isSame(rule, says));
      if (found) return found;
      if (!says) throw noSuchRule(id ?? '');
      const made = { id: newId(this.random), ...says };
      known.push(made);
      return made;
    });
    const made = known.slice(before);
    if (made.length > 0)
      await tx.insert(
        AccessRuleRow,
        made.map(rule => ({ ...rule, userId })),
      );
    return [...new Set(taken)];
  }
}

/** One at a time for each user, so that no rule is made twice, and none is deleted while a credential gets it. */
const lockRulesOf = async (tx: EntityManager, userId: string): Promise<void> => {
  const user = await tx.findOne(UserRow, { where: { id: userId }, lock: { mode: 'pessimistic_write' } });
  if (!user) throw new CloudError('notFound', `Could not find user: ${userId}.`);
};

const ruleOf = async (tx: EntityManager, userId: string, id: string): Promise<AccessRule> => {
  const rule = await tx.findOneBy(AccessRuleRow, { id, userId });
  if (!rule) throw noSuchRule(id);
  return told(rule);
};

const told = ({ id, service, method, path }: AccessRule): AccessRule => ({ id, service, method, path });

const isSame = (rule: AccessRule, says: Omit<AccessRule, 'id'>): boolean =>
  rule.service === says.service && rule.method === says.method && rule.path === says.path;

const noSuchRule = (id: string): CloudError => new CloudError('notFound', `Could not find access rule: ${id}.`);
