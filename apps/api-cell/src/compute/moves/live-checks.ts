import { type Clock, CloudError } from '#domain';
import type { Sql } from '../api/index.js';

const LOOK_MS = 100;
/** Whoever asks is told by then that it has begun; what becomes of it is in its record. */
const PATIENCE_MS = 10_000;
/** Of a migration whose cell has not found another host yet. */
const UNDECIDED: ReadonlySet<string> = new Set(['accepted', 'pre-migrating']);

const VERDICT = `SELECT m.status,
  (SELECT e.details FROM instance_action_events e
    WHERE e.instance_uuid = m.instance_uuid AND e.request_id = ? AND e.result = 'Error' ORDER BY e.id LIMIT 1)
  FROM migrations m WHERE m.instance_uuid = ? AND JSON_VALUE(m.move, '$.requestId') = ?`;

/** The checks of live migrations, which are the server's cell's: whoever is to hear of them at once waits for its word. */
export class LiveChecks {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /** Waits until the cell has found another host, a while at most. @throws CloudError `invalid` in its words when it has not */
  async passed(instanceUuid: string, requestId: string): Promise<void> {
    const giveUp = this.clock.now() + PATIENCE_MS;
    while (this.clock.now() < giveUp) {
      const [row] = await this.sql.rows(VERDICT, [requestId, instanceUuid, requestId]);
      if (!row || !UNDECIDED.has(String(row[0]))) return refuse(row);
      await this.clock.sleep(LOOK_MS);
    }
  }
}

const refuse = (row: readonly unknown[] = []): void => {
  const [status, reason] = row;
  if (status === 'error' && typeof reason === 'string') throw new CloudError('invalid', reason);
};
