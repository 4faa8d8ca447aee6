import type { JsonObject } from '../../src/domain/json.ts';

/** Rules for one workflow of one repository. */
export const GITHUB_RULES = {
  kind: 'github',
  repository: 'acme/shop',
  repository_id: '1296269',
  repository_owner_id: '6811672',
  workflow: '.github/workflows/release.yml',
} as const;

/** Claims as GitHub Actions gives them to a job of that workflow (GitHub Docs, "OpenID Connect reference"). */
export const GITHUB_CLAIMS: JsonObject = {
  sub: 'repo:acme@6811672/shop@1296269:ref:refs/heads/main',
  repository: 'acme/shop',
  repository_id: '1296269',
  repository_owner: 'acme',
  repository_owner_id: '6811672',
  repository_visibility: 'private',
  workflow: 'Release',
  workflow_ref: 'acme/shop/.github/workflows/release.yml@refs/heads/main',
  workflow_sha: 'f7ff7fd28dd7b6ee5a1b4b9b1f9b2a4f6f3f1c6e',
  job_workflow_ref: 'acme/shop/.github/workflows/release.yml@refs/heads/main',
  job_workflow_sha: 'f7ff7fd28dd7b6ee5a1b4b9b1f9b2a4f6f3f1c6e',
  event_name: 'push',
  ref: 'refs/heads/main',
  ref_type: 'branch',
  ref_protected: 'true',
  sha: 'f7ff7fd28dd7b6ee5a1b4b9b1f9b2a4f6f3f1c6e',
  actor: 'octocat',
  actor_id: '583231',
  run_id: '30433642',
  run_number: '562',
  run_attempt: '1',
  runner_environment: 'github-hosted',
  base_ref: '',
  head_ref: '',
};

/** Rules for one pipeline of one project. */
export const GITLAB_RULES = {
  kind: 'gitlab',
  issuer: 'https://gitlab.com',
  project_path: 'acme/shop',
  project_id: '20',
  namespace_id: '72',
  ci_config_path: '.gitlab-ci.yml',
} as const;

/** Claims as GitLab gives them to a job of that pipeline (GitLab Docs, "OpenID Connect (OIDC) Authentication Using ID Tokens"). */
export const GITLAB_CLAIMS: JsonObject = {
  sub: 'project_path:acme/shop:ref_type:branch:ref:main',
  namespace_id: '72',
  namespace_path: 'acme',
  project_id: '20',
  project_path: 'acme/shop',
  user_id: '1',
  user_login: 'sample-user',
  user_email: 'sample-user@example.com',
  pipeline_id: '574',
  pipeline_source: 'push',
  job_id: '302',
  ref: 'main',
  ref_type: 'branch',
  ref_path: 'refs/heads/main',
  ref_protected: 'true',
  runner_environment: 'gitlab-hosted',
  sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
  ci_config_ref_uri: 'gitlab.com/acme/shop//.gitlab-ci.yml@refs/heads/main',
  ci_config_sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
};
