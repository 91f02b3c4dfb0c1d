import { beforeEach, describe, expect, it } from 'vitest';
import type { AdminOperationName, Envelope } from '#contracts';
import { type CellPath, CloudError, cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild, sampleHost, sampleReport } from '#simulation';
import { ManualClock, seededRandom } from '#testing';
import { Cell } from '../cell.js';
import { CellEngine } from '../engine.js';
import type { Below } from '../queries.js';

/** One cell of a line of three; whoever is below it is asked in memory, and may be cut off. */
class Node implements Below {
  readonly database = new MemoryDatabase();
  readonly engine: CellEngine;
  readonly asked: Envelope[] = [];
  reachable = true;

  constructor(
    readonly path: CellPath,
    readonly clock: ManualClock,
    private readonly child?: Node,
  ) {
    const random = seededRandom(path.length);
    const store = new MemoryCellStore({ database: this.database, clock, random, top: path === 'api' });
    this.engine = new CellEngine({ cell: new Cell({ path, clock, random, log: silentLogger }), store });
    if (child) this.database.children.put(nameOf(child.path), sampleChild(nameOf(child.path)));
  }

  async askChild(name: string, query: Envelope): Promise<unknown> {
    if (!this.child?.reachable) throw new CloudError('unavailable', `${this.path}!${name} did not answer in time`);
    this.child.asked.push(query);
    return this.child.engine.answer(JSON.parse(JSON.stringify(query)), this.child);
  }

  askHost(): Promise<unknown> {
    throw new Error('no host is asked in this test');
  }

  order(cell: string, operation: AdminOperationName, request: object = {}) {
    const operator = { userId: 'root', requestId: 'req-1' };
    const order = { cell: cell as CellPath, operation, request: request as never, operator, deadline: this.clock.now() + 10_000 };
    return this.engine.admin.ask(order, this);
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('!') + 1);

let clock: ManualClock;
let api: Node;
let west: Node;
let leaf: Node;
beforeEach(() => {
  clock = new ManualClock();
  leaf = new Node(cellPath('api!west!a'), clock);
  west = new Node(cellPath('api!west'), clock, leaf);
  api = new Node(cellPath('api'), clock, west);
});

describe('an order', () => {
  it('is carried out by the cell that it names, whatever lies between', async () => {
    leaf.database.hosts.put('a1', sampleHost('a1', { zone: 'z1', hypervisorType: 'QEMU' }));
    const capabilities = { hypervisor: ['QEMU'], availability_zone: ['z1'], traits: [] };
    expect(await api.order('api!west!a', 'cell.info')).toEqual({ name: 'a', path: 'api!west!a', capabilities });
    expect(await leaf.order('api!west!a', 'cell.info')).toMatchObject({ path: 'api!west!a' });
  });

  it('has less time at each hop, so that whoever is next to the silent one can say so', async () => {
    await api.order('api!west!a', 'cell.info');
    const [deadlines, hops] = [[west, leaf].map(node => node.asked[0]!.deadline), [west, leaf].map(node => node.asked[0]!.hops)];
    expect(deadlines[0]).toBeLessThan(clock.now() + 10_000);
    expect(deadlines[1]).toBeLessThan(deadlines[0]!);
    expect(hops).toEqual([1, 2]);
  });

  it('to a cell behind a cut link names the hop that did not answer', async () => {
    leaf.reachable = false;
    await expect(api.order('api!west!a', 'cell.info')).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'api!west!a did not answer in time',
    });
    west.reachable = false;
    await expect(api.order('api!west!a', 'cell.info')).rejects.toMatchObject({ message: 'api!west did not answer in time' });
  });

  it('for a cell that does not exist, or is not below, is refused with its path', async () => {
    const refusal = (node: Node, cell: string) =>
      node.order(cell, 'cell.info').then(
        () => 'answered',
        error => `${error.kind}: ${error.message}`,
      );
    expect(await refusal(api, 'api!west!b')).toBe('notFound: Cell api!west!b could not be found.');
    expect(await refusal(api, 'api!north!b')).toBe('notFound: Cell api!north could not be found.');
    expect(await refusal(west, 'api!east')).toBe('notFound: cell api!east does not lie below api!west');
    expect(await refusal(west, 'api')).toBe('notFound: cell api does not lie below api!west');
    expect(await refusal(api, 'api!we st')).toContain("invalid: 'we st' is not a cell name");
  });

  it('that the answering cell does not know is told as such', async () => {
    await expect(api.order('api!west', 'cell.dance' as AdminOperationName)).rejects.toMatchObject({
      kind: 'notImplemented',
      message: "cell api!west has no operation 'cell.dance'",
    });
    await expect(api.order('api!west', 'cell.show', { name: 7 })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('name'),
    });
  });

  it('that went round in circles ends with an error', async () => {
    const query = { hops: 11, method: 'cell.admin', payload: {} } as Envelope;
    await expect(west.engine.answer(query, west)).rejects.toThrow("the query 'cell.admin' passed more than 10 cells");
  });
});

describe('a neighbour', () => {
  it('is shown with what its parent keeps of it', async () => {
    const lastSeenAt = clock.now() - 4000;
    west.database.children.put('a', sampleChild('a', { report: sampleReport('api!west!a', 1), lastSeenAt, weightOffset: 2 }));
    expect(await api.order('api!west', 'cell.show', { name: 'a' })).toMatchObject({
      path: 'api!west!a',
      type: 'child',
      health: 'up',
      enabled: true,
      weightOffset: 2,
      lastSeenAt,
      silentSeconds: 4,
    });
    await expect(api.order('api!west', 'cell.show', { name: 'b' })).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('is the parent too, for a cell that has one', async () => {
    const listed = async (node: Node) =>
      ((await node.order(node.path, 'cell.list')) as { neighbours: { path: string; type: string; health: string }[] }).neighbours.map(
        ({ path, type, health }) => [path, type, health],
      );
    expect(await listed(west)).toEqual([
      ['api', 'parent', 'up'],
      ['api!west!a', 'child', 'never-seen'],
    ]);
    expect(await listed(api)).toEqual([['api!west', 'child', 'never-seen']]);
  });
});
