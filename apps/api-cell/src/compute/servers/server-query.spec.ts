import { describe, expect, it } from 'vitest';
import { requestId } from '#domain';
import { ApiVersion } from '#microversion';
import { Policy } from '#policy';
import type { PolicedContext } from '../../http/index.js';
import { planServerList, serverQuery } from './server-query.js';

const context = (...roles: string[]): PolicedContext => ({
  requestId: requestId('x'),
  userId: 'u',
  projectId: 'p',
  roles: new Set(roles),
  deadline: 0,
  policy: new Policy(),
});
const member = context('member', 'reader');
const admin = context('admin', 'member', 'reader');

const queryOf = (text: string) => {
  const query: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) query[name] = [...(query[name] ?? []), value];
  return query;
};
const planned = (text: string, ctx = member, version: `2.${number}` = '2.90') =>
  serverQuery(planServerList(ctx, ApiVersion.of(version), queryOf(text)));
const where = (text: string, ctx = member, version: `2.${number}` = '2.90') => {
  const { where: sql, values } = planned(text, ctx, version);
  return [sql, ...values];
};
const LIVE = "deleted_at IS NULL AND vm_state <> 'soft-delete'";
const MINE = `project_id = ? AND ${LIVE}`;

describe('a list of servers', () => {
  it('is one statement that the index by project serves: newest first, a thousand at most', () => {
    expect(planned('')).toEqual({ where: MINE, values: ['p'], orderBy: 'created_at DESC, uuid DESC', limit: 1000 });
    expect(planned('limit=5').limit).toBe(5);
    expect(planned('limit=5000').limit).toBe(1000);
  });

  it.each([
    ['name=^web', [`${MINE} AND display_name REGEXP ?`, 'p', '^web']],
    ['image=i&flavor=2&reservation_id=r', [`${MINE} AND reservation_id = ? AND image_ref = ? AND flavor_id = ?`, 'p', 'r', 'i', '2']],
    ['tags=a,b', [`${MINE} AND JSON_CONTAINS(COALESCE(tags, '[]'), ?) AND JSON_CONTAINS(COALESCE(tags, '[]'), ?)`, 'p', '"a"', '"b"']],
    [
      'not-tags-any=a,b',
      [`${MINE} AND NOT ((JSON_CONTAINS(COALESCE(tags, '[]'), ?) OR JSON_CONTAINS(COALESCE(tags, '[]'), ?)))`, 'p', '"a"', '"b"'],
    ],
    [
      'status=SHUTOFF',
      [
        expect.stringContaining('vm_state = ? AND (task_state IS NULL OR task_state NOT IN (?))'),
        'p',
        'stopped',
        expect.arrayContaining(['rebuilding', 'resize_prep']),
      ],
    ],
    [
      'status=REBOOT',
      [`${MINE} AND (((vm_state = ? AND task_state IN (?))))`, 'p', 'active', ['rebooting', 'reboot_pending', 'reboot_started']],
    ],
    ['ip=10.0.0.1', [`${MINE} AND FALSE`, 'p']],
    ['locked=true', [`${MINE} AND locked_by IS NOT NULL`, 'p']],
    ['task_state=None', [`${MINE} AND task_state IS NULL`, 'p']],
    ['changes-since=2026-01-01T00:00:00Z', ['project_id = ? AND GREATEST(updated_at, created_at) >= ?', 'p', Date.UTC(2026, 0, 1)]],
    ['changes-since=2026-01-01T02:00:00+02:00', [expect.any(String), 'p', Date.UTC(2026, 0, 1)]],
  ])('with %s', (text, expected) => expect(where(text)).toEqual(expected));

  it('drops what the caller may not ask, as Nova does', () => {
    expect(where('host=h1&node=n')).toEqual([MINE, 'p']);
    expect(where('host=h1', admin)).toEqual([`${MINE} AND host = ?`, 'p', 'h1']);
    expect(where('key_name=k', member, '2.82')).toEqual([MINE, 'p']);
    expect(where('key_name=k', member, '2.83')).toEqual([`${MINE} AND key_name = ?`, 'p', 'k']);
    expect(where('tags=a', admin, '2.25')).toEqual([MINE, 'p']);
    expect(where('deleted=1')).toEqual([MINE, 'p']);
    expect(where('tenant_id=q', admin)).toEqual([MINE, 'p']);
  });

  it('goes over all projects for an administrator who says so', () => {
    expect(where('all_tenants=1', admin)).toEqual([LIVE]);
    expect(where('all_tenants=&tenant_id=q', admin)).toEqual([MINE, 'q']);
    expect(where('all_tenants=0', admin)).toEqual([MINE, 'p']);
    expect(() => where('all_tenants=1')).toThrow('get_all_tenants');
    expect(() => where('all_tenants=perhaps', admin)).toThrow('Invalid filter field: all_tenants.');
  });

  it('of deleted servers is for administrators', () => {
    expect(where('deleted=1', admin)).toEqual(["project_id = ? AND (deleted_at IS NOT NULL OR vm_state = 'soft-delete')", 'p']);
    expect(where('deleted=1&soft_deleted=0', admin)).toEqual(['project_id = ? AND deleted_at IS NOT NULL', 'p']);
    expect(where('status=DELETED', admin)).toEqual(['project_id = ? AND (deleted_at IS NOT NULL)', 'p']);
    expect(() => where('status=deleted')).toThrow('Only administrators may list deleted instances');
  });

  it('of soft-deleted servers is for administrators who ask for them', () => {
    const all = 'project_id = ? AND deleted_at IS NULL';
    const states = ' AND (((vm_state = ?)))';
    expect(where('soft_deleted=1', admin)).toEqual([all, 'p']);
    expect(where('deleted=0&soft_deleted=1', admin)).toEqual([all, 'p']);
    expect(where('status=SOFT_DELETED', admin)).toEqual([all + states, 'p', 'soft-delete']);
    expect(where('soft_deleted=1')).toEqual([MINE, 'p']);
    expect(where('status=SOFT_DELETED')).toEqual([MINE + states, 'p', 'soft-delete']);
  });

  it('finds nothing by an unknown status before 2.38, and refuses it from then on', () => {
    expect(where('status=ODD', member, '2.37')).toEqual([`${MINE} AND (FALSE)`, 'p']);
    expect(() => where('status=ODD', member, '2.38')).toThrow('Invalid status value');
  });

  it.each(['changes-since=soon', 'power_state=on', 'config_drive=maybe', 'limit=few'])('refuses %s, naming the parameter', text => {
    expect(() => where(text)).toThrow(text.split('=')[0]);
  });
});

describe('the order of a list', () => {
  it('is as asked, with ties broken by age and uuid', () => {
    expect(planned('sort_key=display_name&sort_dir=asc').orderBy).toBe('display_name ASC, created_at ASC, uuid ASC');
    expect(planned('sort_key=vm_state&sort_dir=asc&sort_key=uuid&sort_dir=desc').orderBy).toBe('vm_state ASC, uuid DESC, created_at ASC');
    expect(planned('sort_key=key_name').orderBy).toBe("COALESCE(key_name, '') DESC, created_at DESC, uuid DESC");
  });

  it('by host is for administrators, by an unknown key for nobody', () => {
    expect(() => planned('sort_key=host')).toThrow('Policy');
    expect(planned('sort_key=host', admin).orderBy).toContain("COALESCE(host, '')");
    expect(() => planned('sort_key=bogus')).toThrow('sort_key');
    expect(planned('sort_key=metadata', member, '2.74').orderBy).toBe('created_at DESC, uuid DESC');
    expect(() => planned('sort_key=metadata', member, '2.75')).toThrow('sort_key');
  });

  it('is followed past a marker', () => {
    const plan = planServerList(member, ApiVersion.of('2.1'), queryOf('sort_key=display_name&sort_dir=asc&marker=m'));
    const { where: sql, values } = serverQuery(plan, ['web', 5, 'm']);
    expect(sql).toBe(
      `${MINE} AND ((display_name > ?) OR (display_name = ? AND created_at > ?) OR (display_name = ? AND created_at = ? AND uuid > ?))`,
    );
    expect(values).toEqual(['p', 'web', 'web', 5, 'web', 5, 'm']);
  });
});
