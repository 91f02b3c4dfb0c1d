import { describe, expect, it } from 'vitest';
import { type Reply } from './test/image-api.fixture.js';
import { useImageCalls } from './test/image-calls.fixture.js';

const { used, alice, bob, call, show, create, put, patch, names } = useImageCalls();

describe('who sees what', () => {
  it('lists have what is one’s own and what is public, community images on request', async () => {
    const admin = used().adminToken;
    await create({ name: 'private', visibility: 'private' });
    await create({ name: 'community', visibility: 'community' });
    await create({ name: 'hidden', os_hidden: true });
    await create({ name: 'public', visibility: 'public' }, admin);
    expect((await names('?sort=name:asc')).sort()).toEqual(['community', 'private', 'public']);
    expect(await names('', bob().token)).toEqual(['public']);
    expect(await names('?visibility=community', bob().token)).toEqual(['community']);
    expect((await names('?visibility=all', bob().token)).sort()).toEqual(['community', 'public']);
    expect(await names('?visibility=private', bob().token)).toEqual([]);
    expect(await names('?os_hidden=true')).toEqual(['hidden']);
    expect((await names('', admin)).sort()).toEqual(['community', 'private', 'public']);
  });

  it('another project’s image is not there, a public one cannot be changed', async () => {
    const mine = await create({ visibility: 'private' });
    expect((await call('GET', `/v2/images/${mine.id}`, bob())).status).toBe(404);
    expect((await put(mine.id, Buffer.from('x'), bob().token)).status).toBe(404);
    const open = await create({ visibility: 'public' }, used().adminToken);
    expect((await call('GET', `/v2/images/${open.id}`, bob())).status).toBe(200);
    expect((await call('DELETE', `/v2/images/${open.id}`, bob())).status).toBe(403);
    expect((await patch(open.id, [{ op: 'replace', path: '/name', value: 'x' }], bob().token)).status).toBe(403);
  });
});

describe('lists', () => {
  const walk = async (query: string): Promise<string[]> => {
    const found: string[] = [];
    for (let next: string | undefined = `/v2/images${query}`; next; ) {
      const { body }: Reply = await call('GET', next, alice());
      found.push(...body.images.map(({ id }: { id: string }) => id));
      next = body.next;
    }
    return found;
  };

  it('pages have every image once, in any order, also where keys are equal or absent', async () => {
    const ids: string[] = [];
    for (const name of ['b', 'a', null, 'b', 'a', null, 'c']) ids.push((await create({ name })).id);
    for (const sort of ['', '&sort=name:asc', '&sort=name:desc,size:asc', '&sort_key=disk_format&sort_dir=asc', '&sort=size:asc,id:desc']) {
      const whole = await walk(`?limit=100${sort}`);
      expect([...whole].sort()).toEqual([...ids].sort());
      for (const limit of [1, 2, 3]) expect(await walk(`?limit=${limit}${sort}`), `${sort} by ${limit}`).toEqual(whole);
    }
    expect(await names('?limit=0')).toEqual([]);
    expect((await call('GET', '/v2/images?marker=7b5e11b0-1111-4000-8000-00000000dead', alice())).body.error).toMatchObject({
      code: 400,
      message: expect.stringContaining("'marker'"),
    });
  });

  it('filters are by attribute, tag, property, size and time', async () => {
    const cirros = await create({ name: 'cirros', tags: ['x', 'y'], os_distro: 'cirros', 'odd "key"': 'v' });
    await create({ name: 'debian, new', tags: ['x'], disk_format: 'qcow2' });
    await put(cirros.id, Buffer.alloc(100));
    const table: [string, string[]][] = [
      ['?name=cirros', ['cirros']],
      ['?name=Cirros', []],
      ['?name=in:cirros,"debian, new"', ['debian, new', 'cirros']],
      ['?status=active', ['cirros']],
      [`?id=${cirros.id}`, ['cirros']],
      ['?tag=x', ['debian, new', 'cirros']],
      ['?tag=x&tag=y', ['cirros']],
      ['?os_distro=cirros', ['cirros']],
      ['?os_distro=x', []],
      ['?odd%20%22key%22=v', ['cirros']],
      ['?disk_format=qcow2', ['debian, new']],
      ['?size=100', ['cirros']],
      ['?size=99', []],
      ['?min_disk=0&min_ram=0', ['debian, new', 'cirros']],
      ['?size_min=100', ['cirros']],
      ['?size_min=101', []],
      ['?size_max=100', ['cirros']],
      [`?owner=${bob().project}`, []],
      ['?created_at=gte:2000-01-01T00:00:00Z', ['debian, new', 'cirros']],
      ['?created_at=lt:2000-01-01T00:00:00Z', []],
      ['?protected=true', []],
      [`?x'%20OR%201=1--=v`, []],
    ];
    for (const [query, expected] of table) expect([query, await names(query)]).toEqual([query, expected]);
  });

  it('a list and a show ask the database once', async () => {
    const { id } = await create({ tags: ['a'], os: 'x' });
    await show(id);
    used().statements.length = 0;
    await show(id);
    await names('?sort=name:asc&tag=a');
    expect(used().statements.map(statement => statement.trim().slice(0, 6))).toEqual(['SELECT', 'SELECT']);
  });
});
