import { Globals } from '#cell';
import { GlobalItem } from '#contracts';
import type { Sql } from '../api/index.js';

/** Which zone each host is in: that of its aggregates, else the one it is configured with. Reads what changed since it last looked. */
export class HostZones {
  private known = Globals.NONE;

  constructor(private readonly sql: Sql) {}

  /** As committed by now. */
  async read(): Promise<Pick<Globals, 'groupingOf'>> {
    const [row] = await this.sql.rows('SELECT version FROM cell_globals WHERE id = 1');
    const version = Number(row?.[0] ?? 0);
    if (version > this.known.version) {
      const rows = await this.sql.rows('SELECT id, version, body FROM global_items WHERE kind = ? AND version > ? ORDER BY version', [
        'aggregate',
        this.known.version,
      ]);
      this.known = this.known.with(version, rows.map(itemOf));
    }
    return this.known;
  }
}

const itemOf = ([id, version, body]: readonly unknown[]): GlobalItem =>
  GlobalItem.parse({
    kind: 'aggregate',
    id: String(id),
    version: Number(version),
    body: body === null ? null : JSON.parse(String(body)),
  });
