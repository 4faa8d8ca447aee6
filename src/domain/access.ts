/**
 * Who may do what: the one table. Endpoints name an action of this table; a test walks every endpoint with
 * every role. Token scopes are action names too, so a token can only ever narrow what its person may do.
 */

/** Roles a person holds for the whole issuer. `developer` is held per publisher, by membership. */
export const ISSUER_ROLES = ['reviewer', 'operator', 'auditor'] as const;
export type IssuerRole = (typeof ISSUER_ROLES)[number];
export type Role = IssuerRole | 'developer';

type Rule = {
  /** Issuer-wide roles that may do it. */
  readonly roles: readonly IssuerRole[];
  /** Whether a developer may do it for the publisher that owns the thing. */
  readonly developer: boolean;
  /** What it is, as a reader of the API documentation needs it. */
  readonly title: string;
  /** Whether somebody signed in at the console must have shown their passkey just now. */
  readonly stepUp?: true;
};

/** Every action, with who may do it. */
export const ACTIONS = {
  'identity:read': { roles: ['reviewer', 'operator', 'auditor'], developer: true, title: 'see who one is' },
  'policy:read': { roles: ['reviewer', 'operator', 'auditor'], developer: true, title: 'read the policy' },
  'policy:write': { roles: ['operator'], developer: false, title: 'change the policy', stepUp: true },
  'publishers:read': {
    roles: ['reviewer', 'operator', 'auditor'],
    developer: true,
    title: 'read publishers',
  },
  'publishers:write': {
    roles: ['operator'],
    developer: false,
    title: 'create and change publishers and members',
  },
  'publishers:suspend': {
    roles: ['operator'],
    developer: false,
    title: 'suspend, reinstate and revoke publishers',
    stepUp: true,
  },
  'domains:write': {
    roles: ['operator'],
    developer: true,
    title: 'claim, check and release domains of a publisher',
  },
  'people:read': { roles: ['operator', 'auditor'], developer: false, title: 'read people' },
  'people:write': {
    roles: ['operator'],
    developer: false,
    title: 'create and change people and their roles',
    stepUp: true,
  },
  'tokens:read': { roles: ['reviewer', 'operator', 'auditor'], developer: true, title: 'read API tokens' },
  'tokens:write': {
    roles: ['reviewer', 'operator', 'auditor'],
    developer: true,
    title: 'create and revoke API tokens',
  },
  'software:read': { roles: ['reviewer', 'operator', 'auditor'], developer: true, title: 'read software' },
  'software:write': { roles: [], developer: true, title: 'register and rename software' },
  'software:suspend': {
    roles: ['operator'],
    developer: false,
    title: 'suspend and reinstate software',
    stepUp: true,
  },
  'software:revoke': {
    roles: ['operator'],
    developer: true,
    title: 'revoke every statement of a software',
    stepUp: true,
  },
  'submissions:read': {
    roles: ['reviewer', 'operator', 'auditor'],
    developer: true,
    title: 'read submissions',
  },
  'submissions:write': { roles: [], developer: true, title: 'submit client metadata and withdraw it' },
  'comments:write': {
    roles: ['reviewer', 'operator'],
    developer: true,
    title: 'comment on submissions',
  },
  'decisions:write': { roles: ['reviewer'], developer: false, title: 'decide on submissions', stepUp: true },
  'statements:read': {
    roles: ['reviewer', 'operator', 'auditor'],
    developer: true,
    title: 'read statements',
  },
  'statements:issue': { roles: [], developer: true, title: 'issue and renew statements' },
  'workloads:read': {
    roles: ['reviewer', 'operator', 'auditor'],
    developer: true,
    title: 'read the workloads of a software',
  },
  'workloads:write': {
    roles: [],
    developer: true,
    title: 'bind workloads to software and let them go',
    stepUp: true,
  },
  'statements:revoke': { roles: ['operator'], developer: true, title: 'revoke statements', stepUp: true },
  'statements:suspend': {
    roles: ['operator'],
    developer: false,
    title: 'suspend and reinstate statements',
    stepUp: true,
  },
  'keys:read': {
    roles: ['operator', 'auditor'],
    developer: false,
    title: 'read signing keys and their history',
  },
  'keys:write': {
    roles: ['operator'],
    developer: false,
    title: 'generate, activate, retire and revoke signing keys',
    stepUp: true,
  },
  'ledger:read': {
    roles: ['operator', 'auditor'],
    developer: false,
    title: 'read, prove and export the ledger',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type Action = keyof typeof ACTIONS;

/** All action names, in table order. */
export const ACTION_NAMES: readonly Action[] = Object.keys(ACTIONS).filter(isAction);

/** Whether a text names an action; the parser of token scopes. */
export function isAction(text: string): text is Action {
  return Object.hasOwn(ACTIONS, text);
}

/** By what somebody was recognised: an API token, or a browser that is signed in. */
export type Credential =
  | { readonly type: 'token'; readonly id: string }
  /** `isFresh`: a passkey was shown so recently that actions which ask for it may be done. */
  | { readonly type: 'session'; readonly id: string; readonly isFresh: boolean };

/** Who is asking, after authentication. */
export type Actor = {
  readonly personId: string;
  readonly credential: Credential;
  readonly roles: readonly IssuerRole[];
  /** Publishers this person is a developer of. */
  readonly publisherIds: readonly string[];
  /** What the token in use is limited to; everything in a session. */
  readonly scopes: readonly Action[];
};

export type Denial =
  | { readonly code: 'insufficient_scope'; readonly action: Action }
  | { readonly code: 'role_needed'; readonly action: Action; readonly anyOf: readonly Role[] }
  | { readonly code: 'step_up_needed'; readonly action: Action };

/** Stands for the owner where the answer is a list that is narrowed to what the actor may see. */
export const ANY_PUBLISHER = 'any';

/**
 * Whether an actor may do an action.
 *
 * @param publisherId owner of the thing; ANY_PUBLISHER where the answer is a list that the caller narrows to
 *   what the actor may see, and `undefined` where the thing belongs to nobody (a key, the policy)
 * @returns undefined when allowed, otherwise why not: the token's scopes (`insufficient_scope`), the person's roles
 *   (`role_needed`, naming every role that would do), or a sign-in too long ago (`step_up_needed`)
 */
export function denialOf(actor: Actor, action: Action, publisherId: string | undefined): Denial | undefined {
  const rule: Rule = ACTIONS[action];
  const byRole = actor.roles.some((role) => rule.roles.includes(role));
  const byMembership =
    rule.developer &&
    (publisherId === undefined || publisherId === ANY_PUBLISHER
      ? actor.publisherIds.length > 0
      : actor.publisherIds.includes(publisherId));
  if (!byRole && !byMembership) return { code: 'role_needed', action, anyOf: rolesFor(action) };
  if (!actor.scopes.includes(action)) return { code: 'insufficient_scope', action };
  if (rule.stepUp === true && actor.credential.type === 'session' && !actor.credential.isFresh)
    return { code: 'step_up_needed', action };
  return undefined;
}

/** The roles that may do an action, for messages and documentation. */
export function rolesFor(action: Action): readonly Role[] {
  const rule: Rule = ACTIONS[action];
  return rule.developer ? [...rule.roles, 'developer'] : rule.roles;
}

/** Whether an actor sees every publisher's things under an action, or only those of its own publishers. */
export function seesAllPublishers(actor: Actor, action: Action): boolean {
  const rule: Rule = ACTIONS[action];
  return actor.roles.some((role) => rule.roles.includes(role));
}

/**
 * The scopes a new token may carry: never more than the creator's own token carries when people create
 * tokens for themselves, so that a leaked narrow token cannot mint a wider one.
 */
export function scopesBeyond(requested: readonly Action[], allowed: readonly Action[]): readonly Action[] {
  return requested.filter((scope) => !allowed.includes(scope));
}
