import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { ConsoleAuthToken } from '#database';
import type { Clock, Random } from '#domain';
import { type Sql, sqlOf } from '../api/index.js';
import { CONSOLE_TYPES, type ConsoleType } from './console-types.js';

/** What a token opens. */
export interface OpenedConsole {
  readonly instanceUuid: string;
  readonly type: ConsoleType;
}

export interface ConsoleTokensDeps {
  readonly dataSource: DataSource;
  readonly clock: Clock;
  /** Its uuids must be cryptographically random. */
  readonly random: Random;
  readonly lifetimeSeconds: number;
}

/** Expired tokens that one new token sweeps away, at most. */
const SWEPT = 100;

/** Tokens of consoles, of which only hashes are kept. A token dies with its time, and with its server. */
export class ConsoleTokens {
  private readonly sql: Sql;

  constructor(private readonly deps: ConsoleTokensDeps) {
    this.sql = sqlOf(deps.dataSource);
  }

  /** @returns the token, which cannot be read again */
  async issue({ instanceUuid, type }: OpenedConsole): Promise<string> {
    const { dataSource, clock, random, lifetimeSeconds } = this.deps;
    const token = random.uuid();
    await dataSource.manager.query('DELETE FROM console_auth_tokens WHERE expires_at < ? LIMIT ?', [clock.now(), SWEPT]);
    await dataSource.manager.insert(ConsoleAuthToken, {
      tokenHash: hashOf(token),
      instanceUuid,
      consoleType: type,
      expiresAt: String(clock.now() + lifetimeSeconds * 1000),
    });
    return token;
  }

  /** Undefined for a token that nobody was given, that has expired, or whose server is deleted. */
  async open(token: string): Promise<OpenedConsole | undefined> {
    const [row] = await this.sql.rows(
      'SELECT t.instance_uuid, t.console_type FROM console_auth_tokens t JOIN instances i ON i.uuid = t.instance_uuid' +
        ' WHERE t.token_hash = ? AND t.expires_at >= ? AND i.deleted_at IS NULL',
      [hashOf(token), this.deps.clock.now()],
    );
    const type = CONSOLE_TYPES.find(known => known === row?.[1]);
    return row && type && { instanceUuid: String(row[0]), type };
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
