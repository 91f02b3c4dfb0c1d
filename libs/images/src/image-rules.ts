import type { RuleDefault } from '#policy';

const OWNER = 'rule:context_is_admin or (role:member and project_id:%(project_id)s)';
const SEEN = "(project_id:%(project_id)s or project_id:%(member_id)s or 'public':%(visibility)s or 'community':%(visibility)s)";

/** Glance's rules. `project_id` is the image's owner, `member_id` the caller's project where the image is shared with it. */
export const imageRules: readonly RuleDefault[] = [
  { name: 'get_images', check: 'rule:admin_or_auditor or role:reader', guards: 'GET /v2/images' },
  { name: 'get_image', check: `rule:admin_or_auditor or (role:reader and ${SEEN})`, guards: 'GET /v2/images/{image_id}' },
  { name: 'add_image', check: OWNER, guards: 'POST /v2/images' },
  { name: 'modify_image', check: OWNER, guards: 'PATCH /v2/images/{image_id}, its tags' },
  { name: 'delete_image', check: OWNER, guards: 'DELETE /v2/images/{image_id}' },
  { name: 'publicize_image', check: 'rule:context_is_admin', guards: 'visibility: public' },
  { name: 'communitize_image', check: OWNER, guards: 'visibility: community' },
  { name: 'upload_image', check: OWNER, guards: 'PUT /v2/images/{image_id}/file, stage and import' },
  { name: 'download_image', check: `rule:context_is_admin or (role:reader and ${SEEN})`, guards: 'GET /v2/images/{image_id}/file' },
  { name: 'deactivate', check: OWNER, guards: 'POST /v2/images/{image_id}/actions/deactivate' },
  { name: 'reactivate', check: OWNER, guards: 'POST /v2/images/{image_id}/actions/reactivate' },
  { name: 'get_members', check: `rule:admin_or_auditor or (role:reader and ${SEEN})`, guards: 'GET /v2/images/{image_id}/members' },
  {
    name: 'get_member',
    check: `rule:admin_or_auditor or (role:reader and ${SEEN})`,
    guards: 'GET /v2/images/{image_id}/members/{member_id}',
  },
  { name: 'add_member', check: OWNER, guards: 'POST /v2/images/{image_id}/members' },
  { name: 'delete_member', check: OWNER, guards: 'DELETE /v2/images/{image_id}/members/{member_id}' },
  {
    name: 'modify_member',
    check: 'rule:context_is_admin or (role:member and project_id:%(member_id)s)',
    guards: 'PUT /v2/images/{image_id}/members/{member_id}',
  },
  { name: 'tasks_api_access', check: 'rule:admin_or_auditor', guards: 'GET /v2/tasks' },
];
