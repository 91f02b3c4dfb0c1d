/** `lineage (project_id, above_id)`: each project with its parents and its domain, to be put before a SELECT. */
export const LINEAGE = `WITH RECURSIVE lineage (project_id, above_id) AS (
  SELECT id, COALESCE(parent_id, domain_id) FROM identity_projects
  UNION ALL SELECT l.project_id, COALESCE(p.parent_id, p.domain_id) FROM lineage l JOIN identity_projects p ON p.id = l.above_id)`;

/** `above (id)`: the parents and the domain of one project; of what is no project, nothing. To be put before a SELECT. */
export const ABOVE_ONE = `WITH RECURSIVE above (id) AS (
  SELECT COALESCE(parent_id, domain_id) FROM identity_projects WHERE id = ?
  UNION ALL SELECT COALESCE(p.parent_id, p.domain_id) FROM above a JOIN identity_projects p ON p.id = a.id)`;

/** Ids of the projects at any depth below projects and domains. @param targets selects those, as `id` */
export const projectsBelow = (targets: string): string => `WITH RECURSIVE below (id) AS (
  SELECT p.id FROM (${targets}) t JOIN identity_projects p ON p.parent_id = t.id OR p.domain_id = t.id
  UNION SELECT p.id FROM below b JOIN identity_projects p ON p.parent_id = b.id) SELECT id FROM below`;
